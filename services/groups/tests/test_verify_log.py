"""`python -m groups verify-log FILE --keys KEYS`, as somebody runs it who kept the public log."""

import asyncio
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from groups.domain.log_heads import USE, sign_head_with
from groups.domain.marking_log import Head, digest_of, link_after
from shared.auth.keyfiles import public_jwk
from shared.clock import now


async def said_of(page: str, keys: str, folder: Path) -> tuple[int | None, str]:
    (folder / "log.jsonl").write_text(page)
    (folder / "keys.json").write_text(keys)
    asked = ["-m", "groups", "verify-log", str(folder / "log.jsonl"), "--keys", str(folder / "keys.json")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *asked, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, error = await process.communicate()
    return process.returncode, (out or error).decode()


async def test_a_kept_log_is_verified_from_its_file_alone(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    link = link_after(None, digest_of({"entry": "first"}))
    head = sign_head_with(key, "log", Head(1, link.hash), now())
    entry = {"number": 1, "digest": link.digest.hex(), "previous_hash": link.previous.hex(), "hash": link.hash.hex()}
    page = json.dumps({"entries": [entry], "heads": [{"number": 1, "statement": head}]})
    keys = json.dumps({"keys": [public_jwk("log", key.public_key()) | {"use": USE}]})
    code, said = await said_of(page, keys, tmp_path)
    assert (code, said) == (0, "The log holds: 1 entries, the first 1 of them under a signed head.\n")
    code, said = await said_of(page.replace(link.digest.hex(), "00" * 32), keys, tmp_path)
    assert code == 1
    assert said.startswith("The log breaks at entry 1: ")
    code, said = await said_of("no log", keys, tmp_path)
    assert code == 2
    assert "does not hold answers of GET /marking-log" in said

"""Renews every lock from one resolution: `python -m launcher.locks`.

The locks carry hashes and no addresses, so that no registry's name stands in the repository.
"""

import re
import subprocess
import sys
from pathlib import Path

from launcher.checkout import ROOT, SERVICES

_EXPORT = ("export", "--frozen", "--no-emit-workspace", "--no-header", "--no-annotate", "--quiet")
_BOOTSTRAP = ROOT / "deploy/local/bootstrap.lock"
# One requirement and the hashes that continue it on the following lines.
_UV = re.compile(r"^uv==(?:.*\\\n)+.*\n", re.MULTILINE)
_ADDRESS = re.compile(r"\w+://|@ |^-", re.MULTILINE)


def renew() -> list[Path]:
    """Resolves anew within the pins and writes each lock; the files written."""
    _uv("lock", "--quiet")
    whole = _export()
    found = _UV.search(whole)
    if found is None:
        raise SystemExit("uv is missing from the root's dev group: pin it there, the bootstrap needs it")
    locks = {ROOT / "requirements.lock": whole, _BOOTSTRAP: found.group()}
    for service in SERVICES:
        locks[ROOT / "services" / service / "requirements.lock"] = _export(
            "--package", f"ourwatch-{service}", "--no-dev"
        )
    for path, content in locks.items():
        if _ADDRESS.search(content):
            raise SystemExit(f"{path.relative_to(ROOT)} would hold an address: no lock was changed")
    for path, content in locks.items():
        path.write_text(content)
    return list(locks)


def _export(*options: str) -> str:
    return _uv(*_EXPORT, *options)


def _uv(*arguments: str) -> str:
    command = [str(Path(sys.executable).parent / "uv"), *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    for written in renew():
        print(written.relative_to(ROOT))

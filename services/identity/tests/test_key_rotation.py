"""The key that signs access tokens changes, and nobody notices."""

import asyncio
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import jwt
import pytest
from identity.app import create_app
from identity.key_rotation import TooEarly, begin_rotation, finish_rotation, replace_leaked_key
from identity.keyring import Keyring, make_keys
from identity.settings import Settings
from shared.auth.access import LIFE, read_access_token
from shared.auth.errors import BadToken
from shared.auth.keyfiles import SigningKeys, Trust
from shared.clock import now
from shared.testing.client import service_client
from shared.testing.issuer import Issuer

from services.identity.tests.conftest import People

SOON, LONG_AFTER = timedelta(seconds=2), LIFE + timedelta(minutes=1)


@dataclass
class Keys:
    """An identity with keys of its own on the common database."""

    settings: Settings
    client: httpx.AsyncClient
    trust: Trust

    @property
    def folders(self) -> tuple[Path, Path]:
        return self.settings.key_folder, self.settings.trust_folder

    async def published(self) -> set[str]:
        return {key["kid"] for key in (await self.client.get("/keys")).json()["keys"]}

    async def refresh(self, token: str) -> dict[str, str]:
        answer = await self.client.post("/sessions/refresh", json={"refresh_token": token})
        assert answer.status_code == 200, answer.text
        told: dict[str, str] = answer.json()
        read_access_token(told["access_token"], self.trust, now())
        return told


@pytest.fixture
async def keys(settings: Settings, tmp_path: Path) -> AsyncIterator[Keys]:
    issuer = Issuer(tmp_path / "others")
    # The sealing and refresh keys stay, so that sessions of before go on.
    folder = shutil.copytree(settings.key_folder, tmp_path / "identity")
    shutil.copy(issuer.key_folder / "identity.jwk", folder)
    own = settings.model_copy(update={"key_folder": folder, "trust_folder": issuer.trust_folder})
    make_keys(*(own.key_folder, own.trust_folder))
    async with service_client(create_app(own), issuer, "identity") as client:
        yield Keys(own, client, Trust(own.trust_folder))


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


async def test_tokens_keep_verifying_across_a_rotation_while_twenty_callers_refresh(keys: Keys, people: People) -> None:
    person = await people.resident()
    tokens = [(await people.sign_in(person)).refresh_token for _ in range(20)]
    told = [await keys.refresh(token) for token in tokens]
    [old] = await keys.published()

    async def go_on(mine: dict[str, str]) -> tuple[str, dict[str, str]]:
        """Refreshes until tokens come from another key; the last of the old key and the first of the new."""
        while True:
            before, mine = mine, await keys.refresh(mine["refresh_token"])
            if kid_of(mine["access_token"]) != old:
                return before["access_token"], mine

    callers = [asyncio.create_task(go_on(mine)) for mine in told]
    begin_rotation(*keys.folders, now(), published_first=SOON)
    assert len(await keys.published()) == 2
    found = await asyncio.gather(*callers)
    last_old, first_new = [token for token, _ in found], [mine["access_token"] for _, mine in found]
    [new] = await keys.published() - {old}
    assert {kid_of(token) for token in first_new} == {new}
    for token in (*last_old, *first_new):
        read_access_token(token, keys.trust, now())
    assert finish_rotation(*keys.folders, now() + LONG_AFTER)
    assert await keys.published() == {new}
    assert kid_of((await keys.refresh(found[0][1]["refresh_token"]))["access_token"]) == new
    for token in first_new:
        read_access_token(token, keys.trust, now())
    with pytest.raises(BadToken):
        read_access_token(last_old[0], keys.trust, now())


async def test_the_old_key_goes_when_its_last_token_has_died_and_not_before(keys: Keys) -> None:
    signs_from = begin_rotation(*keys.folders, now())
    assert signs_from > now() + timedelta(seconds=30)
    for moment in (now(), signs_from, signs_from + LIFE):
        with pytest.raises(TooEarly):
            finish_rotation(*keys.folders, moment)
    with pytest.raises(TooEarly):
        begin_rotation(*keys.folders, now())
    assert len(await keys.published()) == 2
    assert finish_rotation(*keys.folders, signs_from + LONG_AFTER)
    assert not finish_rotation(*keys.folders, signs_from + LONG_AFTER)
    assert len(await keys.published()) == 1


async def test_a_rotation_that_has_run_its_course_is_finished_by_the_next(keys: Keys) -> None:
    before = await keys.published()
    signs_from = begin_rotation(*keys.folders, now())
    second = await keys.published() - before
    begin_rotation(*keys.folders, signs_from + LONG_AFTER)
    assert (await keys.published()) & (before | second) == second
    assert len(await keys.published()) == 2


def test_a_new_key_signs_from_its_moment_on_without_a_restart(keys: Keys) -> None:
    signing = SigningKeys(keys.settings.key_folder, "identity")
    old = signing.at(now()).kid
    signs_from = begin_rotation(*keys.folders, now())
    assert signing.at(signs_from - timedelta(seconds=1)).kid == old
    new = signing.at(signs_from).kid
    assert new != old
    finish_rotation(*keys.folders, signs_from + LONG_AFTER)
    assert signing.at(signs_from - timedelta(seconds=1)).kid == new


async def test_making_keys_again_in_the_middle_keeps_both_published(keys: Keys) -> None:
    begin_rotation(*keys.folders, now())
    both = await keys.published()
    make_keys(*keys.folders)
    assert await keys.published() == both


async def test_a_leaked_key_is_worthless_at_once_and_sessions_go_on(keys: Keys, people: People) -> None:
    told = await keys.refresh((await people.resident()).refresh_token)
    begin_rotation(*keys.folders, now())
    replace_leaked_key(*keys.folders, now())
    with pytest.raises(BadToken):
        read_access_token(told["access_token"], keys.trust, now())
    await keys.refresh(told["refresh_token"])
    assert len(await keys.published()) == 1


def test_private_keys_are_their_owner_s_alone_to_read(keys: Keys) -> None:
    begin_rotation(*keys.folders, now())
    finish_rotation(*keys.folders, now() + timedelta(hours=1))
    begin_rotation(*keys.folders, now() + timedelta(hours=1))
    files = [*keys.settings.key_folder.glob("*.jwk")]
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert not [name for file in keys.settings.trust_folder.iterdir() for name in ('"d"',) if name in file.read_text()]


def test_two_who_rotate_at_once_make_one_next_key(keys: Keys) -> None:
    command = [sys.executable, "-m", "identity", "rotate-keys"]
    environment = {
        **os.environ,
        "IDENTITY_KEY_FOLDER": str(keys.settings.key_folder),
        "IDENTITY_TRUST_FOLDER": str(keys.settings.trust_folder),
    }
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    codes = [(each.communicate(timeout=60), each.returncode)[1] for each in both]
    assert 0 in codes
    coming = Keyring(keys.settings.key_folder, "any tag")._signing._next
    assert coming is not None
    assert coming.key.kid in keys.trust.keys_of("identity")
    early = subprocess.run([*command, "--retire"], env=environment, capture_output=True, text=True, check=False)
    assert early.returncode == 1
    assert "Too early" in early.stderr


# Replaces the key in process after process, each in a copy of the folders, and each killed one step later: before it
# touches a file for the n-th time. Ends with the first that was not killed.
DYING = """
import itertools, os, shutil, sys
from pathlib import Path
from identity.key_rotation import replace_leaked_key
from shared.clock import now

STEPS = ("open", "os.rename", "os.remove", "os.link")
work, *folders = map(Path, sys.argv[1:])

def die_before(step):
    touched = itertools.count()

    def before(event, arguments):
        if event in STEPS and str(arguments[0]).startswith(str(work)) and next(touched) == step:
            os._exit(9)

    sys.addaudithook(before)

for step in itertools.count():
    copies = [shutil.copytree(folder, work / f"{step:03d}" / name) for folder, name in zip(folders, ("keys", "trust"))]
    if (child := os.fork()) == 0:
        die_before(step)
        replace_leaked_key(*copies, now())
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if ended != 9:
        sys.exit(ended)
"""


@pytest.mark.parametrize("begun", [False, True], ids=["from rest", "in the middle of a rotation"])
def test_replacing_a_leaked_key_is_finished_by_saying_it_again_wherever_it_was_killed(
    keys: Keys, tmp_path: Path, begun: bool
) -> None:
    if begun:
        begin_rotation(*keys.folders, now())
    leaked = set(keys.trust.keys_of("identity"))
    work = tmp_path / "work"
    subprocess.run([sys.executable, "-c", DYING, work, *keys.folders], check=True)
    left = sorted(work.iterdir())
    assert len(left) > 10
    for folder in left:
        private, trust = folder / "keys", folder / "trust"
        # Whoever signs meanwhile signs what is taken.
        assert SigningKeys(private, "identity").at(now()).kid in Trust(trust).keys_of("identity"), folder.name
        replace_leaked_key(private, trust, now())
        [published] = Trust(trust).keys_of("identity")
        assert published == SigningKeys(private, "identity").at(now()).kid
        assert published not in leaked
        files = {path.name for path in private.iterdir() if path.suffix == ".jwk" or path.name.startswith(".")}
        assert files == {"identity.jwk"}

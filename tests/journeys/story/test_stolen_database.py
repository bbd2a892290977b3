"""A thief has a dump of the documents database, then also the keys of documents and groups: no document opens."""

import base64
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from documents.domain.errors import DoesNotFit
from documents.keys.wrapping import place_of_document_key, unwrap
from documents.storage.key_messages import DOCUMENTS, KEYS
from launcher.demo import step_6_release
from launcher.demo.story import Story
from shared.auth.internal import HEADER as INTERNAL_HEADER
from shared.auth.internal import issue_internal_token, key_name
from shared.auth.keyfiles import load_signing_key
from shared.auth.passes import HEADER as PASS_HEADER
from shared.auth.passes import GroupPass, Right, issue_group_pass
from shared.clock import now

from tests.journeys.conftest import LiveSystem, Stranger

pytestmark = pytest.mark.timeout(300)
Rows = list[dict[str, str]]


@dataclass
class Thief:
    """What was stolen, and where to try it."""

    live: LiveSystem
    panel: Story
    dump: str

    def table(self, name: str) -> Rows:
        """The rows of one table of the dump."""
        inserts = re.findall(rf"^INSERT INTO {name} \((.*?)\) VALUES \((.*)\);$", self.dump, re.MULTILINE)
        rows = [
            dict(zip(columns.split(", "), (cell.strip("'") for cell in cells.split(", ")), strict=True))
            for columns, cells in inserts
        ]
        assert rows, f"the dump shows no rows of {name}"
        return rows

    def stored_version(self) -> dict[str, str]:
        return next(row for row in self.table("public.versions") if row["id"] == str(self.panel.version_id))

    def forged_proofs(self, method: str, path: str, person: Any) -> dict[str, str]:
        """What the keys of documents and groups can say: an internal token, and a pass for the chair."""
        keys = self.live.state.key_folder
        own = load_signing_key(keys("documents"), key_name(KEYS, DOCUMENTS))
        proof = GroupPass(person, self.panel.group_id, "chair", frozenset(Right), 1)
        return {
            INTERNAL_HEADER: issue_internal_token(own, KEYS, method, path, now(), DOCUMENTS),
            PASS_HEADER: issue_group_pass(load_signing_key(keys("groups"), "groups"), "documents", proof, now()),
        }

    def unwrap(self, access_token: str | None, person: Any) -> httpx.Response:
        """Asks the keys process itself for the key of the stolen version, as documents would."""
        version = self.stored_version()
        body = {
            "document_id": version["document_id"],
            "version_id": version["id"],
            "epoch": int(version["key_epoch"]),
            "wrapped": base64.urlsafe_b64encode(as_bytes(version["wrapped_key"])).decode(),
        }
        path = f"/groups/{self.panel.group_id}/keys/unwrap"
        headers = self.forged_proofs("POST", path, person)
        if access_token is not None:
            headers["authorization"] = f"Bearer {access_token}"
        return httpx.post(self.live.system._settings["DOCUMENTS_KEYS_URL"] + path, headers=headers, json=body)


def as_bytes(cell: str) -> bytes:
    """A bytea of a dump: `\\x` and hexadecimal."""
    return bytes.fromhex(cell.removeprefix("\\x"))


@pytest.fixture
def thief(live: LiveSystem, panel: Story) -> Thief:
    with tempfile.TemporaryDirectory() as folder:
        live.do(lambda: live.system.dump_databases(Path(folder)))
        return Thief(live, panel, (Path(folder) / "documents.sql").read_text(errors="replace"))


def test_a_stolen_database_opens_no_document_also_with_both_keys(
    thief: Thief, panel: Story, a_stranger: Stranger
) -> None:
    stranger = a_stranger("burglar")
    tried = {
        "nobody's session": thief.unwrap(None, panel.chair.session.account_id),
        "a stranger's session, the chair's pass": thief.unwrap(stranger.access_token(), panel.chair.session.account_id),
        "a police session, the chair's pass": thief.unwrap(
            panel.police.session.access_token(), panel.chair.session.account_id
        ),
        "a police session, a pass of its own": thief.unwrap(
            panel.police.session.access_token(), panel.police.session.account_id
        ),
        "a token that the service's key made": thief.unwrap(
            thief.forged_proofs("GET", "/", panel.chair.session.account_id)[INTERNAL_HEADER],
            panel.chair.session.account_id,
        ),
    }
    assert {what: answer.status_code for what, answer in tried.items() if answer.status_code not in {401, 403}} == {}
    # The request itself was right: with a member's own living session it opens, as is promised and not more.
    member = thief.unwrap(panel.chair.session.access_token(), panel.chair.session.account_id)
    assert member.status_code == 200, member.text


def test_nothing_in_a_stolen_database_unwraps_the_key_of_a_version(thief: Thief) -> None:
    version = thief.stored_version()
    epoch, group_id = int(version["key_epoch"]), thief.panel.group_id
    place = place_of_document_key(group_id, thief.panel.document_id, thief.panel.version_id, epoch)
    stolen = [
        as_bytes(cell) for row in thief.table("keys.group_keys") for cell in row.values() if cell.startswith("\\x")
    ]
    assert stolen
    for blob in stolen:
        for start in range(max(1, len(blob) - 31)):
            with pytest.raises(DoesNotFit):
                unwrap(blob[start : start + 32], place, as_bytes(version["wrapped_key"]))


def test_the_digests_of_a_stolen_database_open_no_release(live: LiveSystem, panel: Story) -> None:
    step_6_release.run(panel)
    with tempfile.TemporaryDirectory() as folder:
        live.do(lambda: live.system.dump_databases(Path(folder)))
        thief = Thief(live, panel, (Path(folder) / "documents.sql").read_text(errors="replace"))
    for row in thief.table("public.release_recipients"):
        digest = as_bytes(row["secret_sha256"])
        for secret in (digest.hex(), base64.urlsafe_b64encode(digest).decode().rstrip("=")):
            form = {"ref": row["ref"], "secret": secret}
            public = httpx.post(f"{panel.ground.url}/releases/{row['release_id']}/download", data=form)
            assert public.status_code == 404
            keys, path = live.system._settings["DOCUMENTS_KEYS_URL"], f"/releases/{row['release_id']}/open"
            assert httpx.post(keys + path, json=form).status_code == 401
            proofs = thief.forged_proofs("POST", path, panel.chair.session.account_id)
            assert httpx.post(keys + path, json=form, headers=proofs).status_code == 404

"""A backup brings the whole system back elsewhere, and nobody who was erased since it was made (P22, P29)."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from launcher.backup.bring_back import bring_back
from launcher.backup.parts import check_part
from launcher.backup.references import orphans
from launcher.backup.save import DATA, save
from launcher.commands.fsck import LOOKS
from launcher.demo.mailbox import wait_for
from launcher.demo.people import PASSWORD
from launcher.demo.scan import files_with
from launcher.demo.story import Story, refusal_of
from launcher.errors import NotPossible
from launcher.processes import PROCESSES
from launcher.state import State
from ourwatch_client import Visitor
from ourwatch_client.transport import Transport
from shared.servers.ports import free_port
from shared.servers.postgres_admin import PostgresAdmin

from tests.journeys.conftest import LiveSystem, registered

# Of the restored system: what signs somebody in, proves that they belong, and opens a document; fsck asks of messaging.
NEEDED = {"identity-api", "groups-api", "documents-api", "documents-keys", "messaging-api", "gateway-api"}
pytestmark = pytest.mark.timeout(400)


@dataclass
class Backup:
    """Data from before somebody was erased, and keys from after it."""

    data: Path
    keys: Path
    erased: str
    destroyed: tuple[UUID, UUID]


@pytest.fixture(scope="module")
def backup(live: LiveSystem, panel: Story) -> Iterator[Backup]:
    leaving = registered(panel, "quetzal")

    def carry_out(process: str, arguments: list[str]) -> None:
        code, said = live.do(lambda: live.system.command(process, *arguments))
        assert code == 0, said

    with tempfile.TemporaryDirectory(prefix="ourwatch-backup-") as name:
        folder = Path(name)
        access = live.do(live.system.access)
        destroyed = panel.chair.session.add_document(panel.group_id, "Old minutes.txt", b"They were read long ago.")
        save(live.state, access, carry_out, folder / "data", folder / "old keys")
        with leaving:
            leaving.call("POST", "/me/erasure", json={"password": PASSWORD})
        destroy(live, panel, destroyed[0])
        save(live.state, access, carry_out, folder / "newer data", folder / "keys")
        yield Backup(folder / "data", folder / "keys", f"quetzal.{panel.run}@example.org", destroyed)


def destroy(live: LiveSystem, panel: Story, document_id: UUID) -> None:
    """The document goes into the bin, a month passes, and its keys are destroyed."""
    panel.chair.session.call("DELETE", f"/groups/{panel.group_id}/documents/{document_id}")
    admin = PostgresAdmin(**live.do(live.system.access).postgres)
    month_ago = f"UPDATE documents SET deleted_at = now() - interval '31 days' WHERE id = '{document_id}'"
    admin.run(month_ago, database="documents")
    live.kill("documents-worker")  # it looks when it starts
    listed = f"SELECT count(*) FROM keys.destroyed_keys WHERE document_id = '{document_id}'"
    wait_for("the destroyed keys", lambda: admin.run(listed, database="documents").strip() == "1")


@pytest.fixture(scope="module")
def restored(backup: Backup) -> Iterator[LiveSystem]:
    with tempfile.TemporaryDirectory(prefix="ourwatch-restored-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        bring_back(State(home), backup.data, backup.keys, free_port())
        needed = tuple(process for process in PROCESSES if process.name in NEEDED)
        running = LiveSystem(home, needed, steps=())  # the restore has taken them
        try:
            running.start()
            yield running
        finally:
            running.stop()


def test_a_restored_system_opens_every_document_and_knows_nobody_who_was_erased(
    restored: LiveSystem, backup: Backup, panel: Story
) -> None:
    visitor = Visitor(restored.system.url)
    reader = panel.residents[20]
    with visitor.sign_in_member(reader.email, PASSWORD) as session:
        read = session.read_document(panel.group_id, panel.document_id, panel.version_id)
        assert read == panel.minutes.content
        assert [each["name"] for each in session.documents(panel.group_id)] == [panel.minutes.name]
        gone = refusal_of(lambda: session.read_document(panel.group_id, *backup.destroyed))
        assert gone is not None
        assert gone.status == 404
    refused = refusal_of(lambda: visitor.sign_in_member(backup.erased, PASSWORD))
    assert refused is not None
    assert refused.status == 403
    with tempfile.TemporaryDirectory() as folder:
        restored.do(lambda: restored.system.dump_databases(Path(folder)))
        assert files_with([backup.erased, "Quetzal"], Path(folder)) == []
        assert files_with([reader.email], Path(folder))
    visitor.close()


def test_all_of_it_opens(restored: LiveSystem) -> None:
    for of in LOOKS.values():
        assert restored.do(partial(restored.system.command, of, "fsck")) == (0, "")
    assert orphans(PostgresAdmin(**restored.do(restored.system.access).postgres)) == []


def test_sessions_of_before_are_over(restored: LiveSystem, panel: Story) -> None:
    token = panel.residents[20].session.access_token()
    transport = Transport(restored.system.url, lambda: token)
    refused = refusal_of(lambda: transport.call("GET", f"/groups/{panel.group_id}/documents"))
    transport.close()
    assert refused is not None
    assert refused.status == 401


@pytest.mark.parametrize("harm", ["changed", "missing", "added"])
def test_a_part_that_is_not_whole_is_refused(backup: Backup, tmp_path: Path, harm: str) -> None:
    data = Path(shutil.copytree(backup.data, tmp_path / "data"))
    check_part(data, DATA)
    dump = data / "groups.dump"
    if harm == "changed":
        dump.write_bytes(dump.read_bytes()[:-1] + b"?")
    elif harm == "missing":
        dump.unlink()
    else:
        (data / "objects" / "documents" / "more").touch()
    with pytest.raises(NotPossible):
        bring_back(State(tmp_path / "home"), data, backup.keys, free_port())
    assert not (tmp_path / "home" / "postgres").exists()


def test_keys_are_not_written_beside_the_data(live: LiveSystem, tmp_path: Path) -> None:
    for data, keys in ((tmp_path, tmp_path / "keys"), (tmp_path / "data", live.state.folder / "keys" / "copy")):
        with pytest.raises(NotPossible):
            save(live.state, live.do(live.system.access), lambda *_: None, data, keys)

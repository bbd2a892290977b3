"""What is damaged is shown as damaged, and hides nothing beside it; whoever asks is told what to do."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

CODE = "documents.damaged"
NAME = "Plan of the thief"


@dataclass
class Vault:
    """A sound document, and one that is to be damaged."""

    chair: Any
    sound: str
    path: str

    @property
    def document(self) -> str:
        return self.path.split("/")[2]

    @property
    def version(self) -> str:
        return self.path.split("/")[4]

    async def read(self, path: str) -> Any:
        answer = await self.chair.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def vault(group: Any) -> Vault:
    chair = group.chair
    sound = await chair.upload(b"whole", "Minutes")
    path = await chair.upload(b"thief", NAME)
    await chair.change(path.split("/")[2], tags=["burglary"], description="of May")
    return Vault(chair, sound, path)


async def flip(superuser: Any, table: str, column: str, row: str) -> None:
    """One bit of a sealed column."""
    changed = f"UPDATE {table} SET {column} = set_bit({column}, 400, 1 - get_bit({column}, 400)) WHERE id = $1"
    assert await superuser.execute(changed, UUID(row)) == "UPDATE 1"


def is_refused(answer: Any) -> bool:
    told = answer.json()
    return answer.status_code == 409 and told["code"] == CODE and "a backup holds it" in told["detail"]


async def test_a_damaged_name_hides_no_other(vault: Vault, superuser: Any) -> None:
    await flip(superuser, "documents", "sealed_name", vault.document)
    listed = (await vault.read("/documents"))["documents"]
    assert [(each["name"], each["tags"], each["is_damaged"]) for each in listed] == [
        (None, [], True),
        ("Minutes", [], False),
    ]
    assert listed[0]["newest_version"]["length"] == 5
    # Its words may be what is looked for.
    found = await vault.read("/documents/search?q=minutes")
    assert [each["name"] for each in found["documents"]] == ["Minutes"]
    assert not found["is_complete"]
    assert (await vault.read(f"/documents/{vault.document}/ledger"))["lines"]
    assert is_refused(await vault.chair.ask("GET", f"/documents/{vault.document}"))
    assert is_refused(await vault.chair.ask("PATCH", f"/documents/{vault.document}", json={"is_pinned": True}))
    assert (await vault.read(f"/documents/{vault.sound.split('/')[2]}"))["name"] == "Minutes"


@pytest.mark.parametrize("column", ["sealed_tags", "sealed_description"])
async def test_other_damaged_texts_hide_no_other(vault: Vault, superuser: Any, column: str) -> None:
    await flip(superuser, "documents", column, vault.document)
    first, second = (await vault.read("/documents"))["documents"]
    assert (first["is_damaged"], second["is_damaged"]) == (column == "sealed_tags", False)
    assert is_refused(await vault.chair.ask("GET", f"/documents/{vault.document}"))


async def test_a_damaged_name_keeps_nobody_from_the_content(vault: Vault, superuser: Any) -> None:
    await flip(superuser, "documents", "sealed_name", vault.document)
    answer = await vault.chair.ask("GET", vault.path)
    assert (answer.status_code, answer.content) == (200, b"thief")
    assert "Damaged%20name" in answer.headers["content-disposition"]


async def test_a_content_whose_key_is_damaged_leaves_nothing_of_an_upload(
    group: Any, resources: Any, superuser: Any
) -> None:
    noted = await superuser.fetchval("SELECT count(*) FROM uploads")
    stored = {blob.key async for blob in resources.store.list()}
    path = await group.chair.declare(await group.chair.add(), 5)
    await flip(superuser, "versions", "wrapped_key", path.split("/")[4])
    assert is_refused(await group.chair.put(path, b"whole"))
    assert await superuser.fetchval("SELECT count(*) FROM uploads") == noted
    assert {blob.key async for blob in resources.store.list()} == stored


async def test_the_bin_and_the_notices_show_what_is_damaged_and_bring_it_back(vault: Vault, superuser: Any) -> None:
    await superuser.execute("UPDATE documents SET expires_on = now() + interval '2 days' WHERE id = $1", vault.document)
    await flip(superuser, "documents", "sealed_name", vault.document)
    (leaving,) = (await vault.read("/documents/due"))["leaving"]
    assert (leaving["id"], leaving["name"], leaving["is_damaged"]) == (vault.document, None, True)
    assert (await vault.chair.ask("DELETE", f"/documents/{vault.document}")).status_code == 204
    (lying,) = (await vault.read("/bin"))["documents"]
    assert (lying["id"], lying["name"], lying["is_damaged"]) == (vault.document, None, True)
    # Else it would be destroyed before anybody has repaired it.
    back = await vault.chair.ask("POST", f"/bin/{vault.document}/restore")
    assert (back.status_code, back.json()["name"], back.json()["is_damaged"]) == (200, None, True)


async def test_a_content_whose_key_does_not_open_is_refused(vault: Vault, superuser: Any) -> None:
    await flip(superuser, "versions", "wrapped_key", vault.version)
    assert is_refused(await vault.chair.ask("GET", vault.path))
    assert is_refused(await vault.chair.ask("GET", vault.path, headers={"range": "bytes=1-2"}))
    body = {"document_id": vault.document, "version_id": vault.version, "list_id": vault.document}
    assert is_refused(await vault.chair.ask("POST", "/releases", json={**body, "expires_in_days": 7}))
    assert (await vault.read(f"/documents/{vault.document}"))["name"] == NAME


async def test_a_vault_taken_along_says_what_is_missing(vault: Vault, superuser: Any) -> None:
    nameless = await vault.chair.upload(b"nameless", "Nobody knows")
    folder = await vault.chair.folder("Nobody knows either")
    await vault.chair.change(nameless.split("/")[2], folder_id=folder)
    await flip(superuser, "documents", "sealed_name", nameless.split("/")[2])
    await flip(superuser, "folders", "sealed_name", folder)
    await flip(superuser, "versions", "wrapped_key", vault.version)
    answer = await vault.chair.ask("GET", "/vault.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = {name: archive.read(name) for name in archive.namelist()}
    notice = told.pop("damaged and not in here.txt").decode()
    assert told == {"Damaged name/Damaged name": b"nameless", "Minutes": b"whole"}
    assert notice.splitlines()[2:] == [NAME]
    assert "a backup holds it" in notice


@pytest.mark.parametrize("column", ["wrapped", "sealed_name", "sealed_note"])
async def test_whoever_holds_a_link_is_told_that_the_file_is_damaged(
    vault: Vault, forward: Any, superuser: Any, column: str
) -> None:
    (link,) = await forward(vault.chair, vault.path, note="Please read this.")
    table = "keys.release_wraps"
    changed = f"UPDATE {table} SET {column} = set_bit({column}, 400, 1 - get_bit({column}, 400)) WHERE release_id = $1"
    await superuser.execute(changed, UUID(link.release_id))
    client, download = vault.chair.client, f"/releases/{link.release_id}/download"
    page = await (client.get(link.page) if column == "sealed_note" else client.post(download, data=link.form))
    assert page.status_code == 409
    assert "cannot be opened" in page.text
    used = "SELECT downloads FROM release_recipients WHERE release_id = $1"
    assert await superuser.fetchval(used, UUID(link.release_id)) == 0


async def test_damage_is_logged_once_at_error_with_ids_alone(vault: Vault, superuser: Any) -> None:
    await flip(superuser, "documents", "sealed_name", vault.document)
    await flip(superuser, "versions", "wrapped_key", vault.version)

    async def told(path: str) -> list[Any]:
        with capture_logs() as lines:
            await vault.chair.ask("GET", path)
        assert all(word not in str(lines) for word in (NAME, "Minutes"))
        return [line for line in lines if line["log_level"] == "error"]

    (line,) = await told("/documents")
    assert (line["event"], line["texts"]) == ("texts_do_not_open", [f"name {vault.document}"])
    content = await told(vault.path)
    assert {line["event"] for line in content} == {"texts_do_not_open", "key_does_not_open"}
    assert [line["version_id"] for line in content if "version_id" in line] == [vault.version]
    sound = "SELECT object_key FROM versions WHERE id = $1"
    key = await superuser.fetchval(sound, UUID(vault.sound.split("/")[4]))
    await superuser.execute("UPDATE versions SET object_key = 'gone' WHERE object_key = $1", key)
    (line,) = await told(vault.sound)
    assert (line["event"], line["version_id"]) == ("content_damaged", vault.sound.split("/")[4])

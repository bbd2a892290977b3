"""Folders: a tree of eight levels without circles, and nothing in it that tells a member of what is not theirs."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from shared.auth.passes import Right
from shared.ids import new_id
from shared.testing.eventually import eventually


async def names(actor: Any) -> set[str]:
    return {each["name"] for each in (await actor.ask("GET", "/folders")).json()["folders"]}


async def move(actor: Any, folder: str, parent: str | None) -> Any:
    return await actor.ask("PATCH", f"/folders/{folder}", json={"parent_id": parent})


async def test_a_document_lies_in_a_folder_and_is_listed_there(group: Any) -> None:
    chair = group.chair
    folder = await chair.folder("Minutes")
    inside = await chair.add("May", folder_id=folder)
    moved = await chair.add("June")
    await chair.add("elsewhere")
    assert (await chair.change(moved, folder_id=folder))["folder_id"] == folder
    listed = (await group.member.ask("GET", f"/documents?folder_id={folder}")).json()["documents"]
    assert [each["id"] for each in listed] == [moved, inside]
    assert (await chair.change(moved, folder_id=None))["folder_id"] is None
    assert len((await chair.ask("GET", f"/documents?folder_id={folder}")).json()["documents"]) == 1


async def test_a_folder_is_renamed_and_its_name_rests_sealed(group: Any, superuser: Any) -> None:
    chair = group.chair
    folder = await chair.folder("Old name")
    answer = await chair.ask("PATCH", f"/folders/{folder}", json={"name": "Größe"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Größe")
    assert await names(chair) == {"Größe"}
    sealed = await superuser.fetchval("SELECT sealed_name FROM folders WHERE id = $1", folder)
    assert "Größe".encode() not in sealed


async def test_a_folders_name_opens_in_its_own_place_alone(group: Any, superuser: Any) -> None:
    chair = group.chair
    document, folder, other = await chair.add("a document"), await chair.folder("mine"), await chair.folder("other")
    for source in (f"folders WHERE id = '{other}'", f"documents WHERE id = '{document}'"):
        await superuser.execute(
            f"UPDATE folders SET sealed_name = (SELECT sealed_name FROM {source}) WHERE id = $1", folder
        )
        shown = (await chair.ask("GET", "/folders")).json()["folders"]
        assert [(each["name"], each["is_damaged"]) for each in shown] == [(None, True), ("other", False)]
    assert (await chair.ask("PATCH", f"/folders/{folder}", json={"parent_id": other})).json()["is_damaged"]
    # Its name is all that there is to it: named anew, it is whole.
    assert (await chair.ask("PATCH", f"/folders/{folder}", json={"name": "anew"})).json()["name"] == "anew"
    assert await names(chair) == {"anew", "other"}


async def test_only_officers_change_folders(group: Any) -> None:
    folder = await group.chair.folder()
    for actor in (group.member, group.person(rights=frozenset({Right.FORWARD}))):
        for method, path, body in (
            ("POST", "/folders", {"name": "x"}),
            ("PATCH", f"/folders/{folder}", {"name": "x"}),
            ("PATCH", f"/folders/{folder}", {"parent_id": None}),
            ("DELETE", f"/folders/{folder}", None),
        ):
            answer = await actor.ask(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "documents.only_officers")


async def test_another_groups_folder_is_not_found(group: Any, new_group: Callable[[], Any]) -> None:
    theirs, other = await group.chair.folder(), new_group().chair
    mine, document = await other.folder(), await other.add()
    for method, path, body in (
        ("PATCH", f"/folders/{theirs}", {"name": "x"}),
        ("DELETE", f"/folders/{theirs}", None),
        ("POST", "/folders", {"name": "x", "parent_id": theirs}),
        ("PATCH", f"/folders/{mine}", {"parent_id": theirs}),
        ("PATCH", f"/documents/{document}", {"folder_id": theirs}),
        ("POST", "/documents", {"name": "x", "readers": "members", "folder_id": theirs}),
    ):
        assert (await other.ask(method, path, json=body)).status_code == 404, (method, path)


async def test_a_member_sees_folders_that_lead_to_something_to_read_and_no_others(group: Any) -> None:
    """P20: what officers alone may read makes no folder come or go."""
    chair, member = group.chair, group.member
    top = await chair.folder("top")
    inner = await chair.folder("inner", top)
    await chair.folder("empty")
    secret = await chair.folder("secret", top)
    await chair.add("plan", "officers", folder_id=secret)
    assert await names(member) == set()
    assert (await member.ask("GET", f"/documents?folder_id={secret}")).json()["documents"] == []
    shown = await chair.add("minutes", folder_id=inner)
    assert await names(member) == {"top", "inner"}
    assert await names(chair) == {"top", "inner", "empty", "secret"}
    await chair.change(shown, readers="officers")
    assert await names(member) == set()
    await chair.change(shown, readers="members")
    await chair.ask("DELETE", f"/documents/{shown}")
    assert await names(member) == set()


async def test_a_member_cannot_tell_a_hidden_folder_from_none(group: Any) -> None:
    secret = await group.chair.folder("secret")
    await group.chair.add("plan", "officers", folder_id=secret)
    hidden = await group.member.ask("GET", f"/documents?folder_id={secret}")
    nothing = await group.member.ask("GET", f"/documents?folder_id={new_id()}")
    assert (hidden.status_code, hidden.content) == (nothing.status_code, nothing.content)


async def test_folders_lie_in_each_other_eight_deep(group: Any) -> None:
    chair, path = group.chair, [await group.chair.folder("1")]
    for number in range(2, 9):
        path.append(await chair.folder(str(number), path[-1]))
    answer = await chair.ask("POST", "/folders", json={"name": "9", "parent_id": path[-1]})
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.folders_too_deep")
    # Whatever lies in a folder moves with it: 7 and 8 do not fit below another 7.
    other = await chair.folder("other")
    assert (await move(chair, path[0], other)).json()["code"] == "documents.folders_too_deep"
    assert (await move(chair, path[1], other)).status_code == 200


async def test_a_folder_is_not_moved_into_itself(group: Any) -> None:
    chair = group.chair
    outer = await chair.folder("outer")
    middle = await chair.folder("middle", outer)
    inner = await chair.folder("inner", middle)
    for parent in (outer, middle, inner):
        answer = await move(chair, outer, parent)
        assert (answer.status_code, answer.json()["code"]) == (409, "documents.folder_inside_itself")
    assert (await move(chair, inner, None)).json()["parent_id"] is None


async def test_two_moves_at_once_never_make_a_circle(group: Any) -> None:
    chair = group.chair
    for _ in range(10):
        one, two = await chair.folder("one"), await chair.folder("two")
        answers = await asyncio.gather(move(chair, one, two), move(chair, two, one))
        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_only_an_empty_folder_is_removed(group: Any) -> None:
    chair = group.chair
    outer = await chair.folder("outer")
    inner = await chair.folder("inner", outer)
    document = await chair.add(folder_id=inner)
    for folder in (outer, inner):
        answer = await chair.ask("DELETE", f"/folders/{folder}")
        assert (answer.status_code, answer.json()["code"]) == (409, "documents.folder_not_empty")
        assert "Move or remove it first" in answer.json()["detail"]
    await chair.ask("DELETE", f"/documents/{document}")
    for folder in (inner, outer):
        assert (await chair.ask("DELETE", f"/folders/{folder}")).status_code == 204
    assert (await chair.ask("DELETE", f"/folders/{outer}")).status_code == 404


async def waits(superuser: Any) -> bool:
    return bool(await superuser.fetchval("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"))


async def test_a_document_that_comes_while_its_folder_is_removed_is_refused(group: Any, superuser: Any) -> None:
    chair, body = group.chair, {"name": "x", "readers": "members"}
    moved = await chair.add()
    for asked in (("POST", "/documents", body), ("PATCH", f"/documents/{moved}", {})):
        folder = await chair.folder()
        removing = superuser.transaction()
        await removing.start()
        await superuser.execute("DELETE FROM folders WHERE id = $1", folder)
        coming = asyncio.create_task(chair.ask(*asked[:2], json={**asked[2], "folder_id": folder}))
        await eventually(lambda: waits(superuser))
        await removing.commit()
        assert (await coming).status_code == 404


async def test_a_folder_is_not_removed_under_what_comes_out_of_the_bin(group: Any, superuser: Any) -> None:
    chair = group.chair
    folder = await chair.folder()
    document = await chair.add(folder_id=folder)
    await chair.ask("DELETE", f"/documents/{document}")
    restoring = superuser.transaction()
    await restoring.start()
    await superuser.execute("UPDATE documents SET deleted_at = NULL WHERE id = $1", document)
    removing = asyncio.create_task(chair.ask("DELETE", f"/folders/{folder}"))
    await eventually(lambda: waits(superuser))
    await restoring.commit()
    assert (await removing).json()["code"] == "documents.folder_not_empty"
    assert (await chair.ask("GET", f"/documents/{document}")).json()["folder_id"] == folder


async def test_a_folder_that_is_removed_while_documents_come_loses_none(group: Any) -> None:
    chair = group.chair
    for _ in range(3):
        folder = await chair.folder()

        async def act(number: int, folder: str = folder) -> Any:
            if number == 10:
                return await chair.ask("DELETE", f"/folders/{folder}")
            body = {"name": "x", "readers": "members", "folder_id": folder}
            return await chair.ask("POST", "/documents", json=body)

        answers = await asyncio.gather(*(act(number) for number in range(20)))
        removed = answers.pop(10).status_code == 204
        assert {answer.status_code for answer in answers} <= ({404} if removed else {201})


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "a\x00b"}, {"name": "x" * 201}, {"name": "x", "id": "y"}])
async def test_a_folder_without_a_proper_name_is_refused(group: Any, body: dict[str, str]) -> None:
    assert (await group.chair.ask("POST", "/folders", json=body)).status_code == 422


async def test_a_folders_name_cannot_be_taken_away(group: Any) -> None:
    folder = await group.chair.folder()
    assert (await group.chair.ask("PATCH", f"/folders/{folder}", json={"name": None})).status_code == 422

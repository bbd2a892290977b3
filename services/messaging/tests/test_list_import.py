"""Many outside contacts at once: what became of each, and that nobody is on a list before their own yes."""

import asyncio
from typing import Any

import httpx
import pytest
from messaging.domain.list_imports import MOST_ENTRIES
from messaging.storage.lists import MOST_CONTACTS
from shared.auth.principal import Principal
from shared.ids import new_id
from shared.testing.client import signed
from shared.testing.issuer import a_group_pass, a_member
from sqlalchemy import text

from services.messaging.tests.conftest import Group, an_address, link_in
from services.messaging.tests.test_lists import contacts, fill


async def bring(group: Group, list_id: str, *entries: tuple[str, str], **asked: Any) -> httpx.Response:
    told = {"entries": [{"name": name, "email": email} for name, email in entries]}
    return await group.ask("POST", f"/lists/{list_id}/contacts/import", json=told, **asked)


def outcomes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    entries = answer.json()["entries"]
    assert [each["number"] for each in entries] == list(range(1, len(entries) + 1))
    return [each["outcome"] for each in entries]


async def leave(group: Group, list_id: str) -> str:
    """The address of a contact who said yes, and has left since."""
    gone = await group.contact(list_id)
    await group.write(audience={"include": [{"kind": "list", "list_id": list_id}]})
    await group.bus.send(group.id)
    await group.client.post("/leave", data={"token": link_in(group.mails(gone)[-1], "token")})
    return gone


async def pass_hours(group: Group, list_id: str) -> None:
    async with group.bus.resources.engine.begin() as connection:
        query = "UPDATE list_contacts SET asked_at = asked_at - interval '2 hours' WHERE list_id = :id"
        await connection.execute(text(query), {"id": list_id})


async def test_a_report_says_what_became_of_each_entry_and_repeats_nothing(group: Group) -> None:
    list_id, new = await group.make_list(), an_address()
    gone, there = await leave(group, list_id), await group.contact(list_id)
    told = [
        ("Ann", new), ("Joe", there), ("Eve", gone), ("Bad", "no address"), ("Two", "a@b.org, c@d.org"),
        (" ", an_address()), ("Ann again", new.upper()),
    ]  # fmt: skip
    answer = await bring(group, list_id, *told)
    expected = ["asked", "already_on_the_list", "left", "not_an_address", "not_an_address", "no_name", "twice"]
    assert outcomes(answer) == expected
    assert answer.json()["counts"] == {each: expected.count(each) for each in expected} | {"list_full": 0}
    assert not [shown for name, email in told for shown in (name.strip(), email) if shown and shown in answer.text]
    assert await contacts(group, list_id) == {new: "pending", there: "confirmed", gone: "left"}


async def test_whoever_is_imported_is_on_the_list_after_their_own_yes_alone(group: Group) -> None:
    list_id, ann, joe = await group.make_list(), an_address(), an_address()
    await bring(group, list_id, ("Ann", ann), ("Joe", joe))
    await group.bus.send(group.id)
    assert await contacts(group, list_id) == {ann: "pending", joe: "pending"}
    await group.client.post("/contacts/confirm", data={"secret": link_in(group.mails(ann)[0], "secret")})
    assert await contacts(group, list_id) == {ann: "confirmed", joe: "pending"}


async def test_who_left_hears_nothing_from_an_import_also_hours_later(group: Group) -> None:
    list_id = await group.make_list()
    gone = await leave(group, list_id)
    before = len(group.mails(gone))
    await pass_hours(group, list_id)
    assert outcomes(await bring(group, list_id, ("Joe", gone))) == ["left"]
    await group.bus.send(group.id)
    assert len(group.mails(gone)) == before


async def test_an_address_that_is_tried_does_not_tell_which_member_left(group: Group) -> None:
    list_id, member = await group.make_list(), await group.add()
    assert member.email is not None
    assert (await group.ask("PUT", f"/lists/{list_id}/members/{member.id}", json={})).status_code == 204
    await group.write(audience={"include": [{"kind": "list", "list_id": list_id}]})
    await group.bus.send(group.id)
    await group.client.post("/leave", data={"token": link_in(group.mails(member.email)[-1], "token")})
    told = [("Ann", member.email), ("Joe", an_address())]
    # Nor the second time, when both are on the list, nor the list itself.
    for outcome in ("asked", "already_on_the_list"):
        assert outcomes(await bring(group, list_id, *told)) == [outcome] * 2
    assert set((await contacts(group, list_id)).values()) == {"pending"}


async def test_the_same_import_twice_asks_once(group: Group) -> None:
    list_id, ann, joe = await group.make_list(), an_address(), an_address()
    told = (("Ann", ann), ("Joe", joe))
    assert outcomes(await bring(group, list_id, *told)) == ["asked", "asked"]
    assert outcomes(await bring(group, list_id, *told)) == ["already_on_the_list"] * 2
    await group.bus.send(group.id)
    assert [len(group.mails(each)) for each in (ann, joe)] == [1, 1]


async def test_an_import_never_tells_that_other_lists_asked_a_mailbox(group: Group) -> None:
    joe = an_address()
    lists = [await group.make_list(f"List {number}") for number in range(5)]
    answers = [await bring(group, list_id, ("Joe", joe)) for list_id in lists]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert outcomes(answers[-1]) == ["asked"]
    await group.bus.send(group.id)
    assert len(group.mails(joe)) == 3


async def test_what_a_list_has_no_room_for_is_said_and_not_added(group: Group) -> None:
    list_id, joe = await group.make_list(), an_address()
    await group.contact(list_id, joe, confirmed=False)
    await fill(group, list_id, MOST_CONTACTS - 2)
    told = [("Ann", an_address()), ("Eve", an_address()), ("Joe", joe)]
    assert outcomes(await bring(group, list_id, *told)) == ["asked", "list_full", "already_on_the_list"]
    assert len(await contacts(group, list_id)) == MOST_CONTACTS


async def test_members_and_other_groups_officers_import_nothing(group: Group) -> None:
    list_id, member = await group.make_list(), await group.add()

    def officer_elsewhere(person: Principal) -> dict[str, str]:
        return signed(group.issuer, person, "messaging", a_group_pass(person, new_id(), office="chair"))

    for who, code in (
        (group.headers(member), "messaging.only_officers"),
        (officer_elsewhere(a_member()), "auth.no_proof"),
    ):
        answer = await bring(group, list_id, ("Joe", an_address()), who=who)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert await contacts(group, list_id) == {}


async def test_another_groups_list_is_not_there_for_an_import(group: Group) -> None:
    list_id, other_id, person = await group.make_list(), new_id(), a_member()
    headers = signed(group.issuer, person, "messaging", a_group_pass(person, other_id, office="chair"))
    told = {"entries": [{"name": "Joe", "email": an_address()}]}
    path = f"/groups/{other_id}/lists/{list_id}/contacts/import"
    assert (await group.client.post(path, headers=headers, json=told)).status_code == 404
    assert await contacts(group, list_id) == {}


async def test_twenty_equal_imports_at_once_with_one_key_are_one(group: Group) -> None:
    list_id, joe = await group.make_list(), an_address()
    key = {"idempotency-key": new_id().hex}
    answers = await asyncio.gather(*(bring(group, list_id, ("Joe", joe), headers=key) for _ in range(20)))
    assert {tuple(outcomes(answer)) for answer in answers} == {("asked",)}
    await group.bus.send(group.id)
    assert len(group.mails(joe)) == 1


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("Joe\r\nBcc: eve@example.org", "no_name"),
        ("Joe\x00", "no_name"),
        ("J" * 201, "no_name"),
        ("=?utf-8?q?Joe=0D=0ABcc:_eve@example.org?=", "asked"),
    ],
)
async def test_a_name_never_becomes_a_header(group: Group, name: str, outcome: str) -> None:
    list_id, joe, ann = await group.make_list(), an_address(), an_address()
    assert outcomes(await bring(group, list_id, (name, joe), ("Ann", ann))) == [outcome, "asked"]
    await group.bus.send(group.id)
    assert len(group.mails(ann)) == 1
    for mail in group.mails(joe):
        assert mail["Bcc"] is None
        assert b"eve@example.org" not in mail.as_bytes()


async def test_an_import_has_one_to_two_hundred_entries(group: Group) -> None:
    list_id = await group.make_list()
    assert (await bring(group, list_id)).status_code == 422
    too_many = [("Joe", f"joe{number}@example.org") for number in range(MOST_ENTRIES + 1)]
    assert (await bring(group, list_id, *too_many)).status_code == 422
    assert outcomes(await bring(group, list_id, *too_many[1:])) == ["asked"] * MOST_ENTRIES

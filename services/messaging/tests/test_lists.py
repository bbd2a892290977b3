"""Mailing lists: members, and outside contacts who said yes; releases that are forwarded to them."""

import asyncio
import hashlib
from datetime import timedelta
from uuid import UUID

import pytest
from messaging.keyring import Keyring
from messaging.settings import Settings
from messaging.storage.lists import MOST_CONTACTS
from shared.auth.link_texts import open_for_link
from shared.bus.outcomes import Done, Reject
from shared.clock import now
from shared.contracts.documents import ReleaseCreated
from shared.contracts.messaging import ReleaseLinksIssued
from shared.ids import new_id
from sqlalchemy import text

from services.messaging.tests.conftest import Group, an_address, link_in, text_of


async def contacts(group: Group, list_id: str) -> dict[str, str]:
    found = (await group.ask("GET", f"/lists/{list_id}")).json()["contacts"]
    return {each["email"]: each["state"] for each in found}


async def test_a_contact_is_pending_until_they_press_the_button(group: Group) -> None:
    list_id, joe = await group.make_list(), an_address()
    await group.contact(list_id, joe, confirmed=False)
    await group.bus.send(group.id)
    assert await contacts(group, list_id) == {joe: "pending"}
    secret = link_in(group.mails(joe)[0], "secret")
    assert (await group.client.get(f"/contacts/confirm?secret={secret}")).status_code == 200
    assert await contacts(group, list_id) == {joe: "pending"}
    await group.client.post("/contacts/confirm", data={"secret": secret})
    assert await contacts(group, list_id) == {joe: "confirmed"}


async def test_a_confirmation_of_any_kind_is_answered_alike(group: Group) -> None:
    list_id, joe = await group.make_list(), an_address()
    await group.contact(list_id, joe, confirmed=False)
    await group.bus.send(group.id)
    secret = link_in(group.mails(joe)[0], "secret")
    answers = [await group.client.post("/contacts/confirm", data={"secret": each}) for each in (secret, secret, "no")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}


async def test_a_leave_token_confirms_nothing(group: Group) -> None:
    list_id, joe = await group.make_list(), an_address()
    await group.write()
    await group.contact(list_id, joe, confirmed=False)
    await group.bus.send(group.id)
    await group.client.post("/contacts/confirm", data={"secret": link_in(group.mails(group.chair.email)[0], "token")})
    assert await contacts(group, list_id) == {joe: "pending"}


async def test_one_mailbox_is_on_a_list_once_and_asked_once(group: Group) -> None:
    list_id, joe = await group.make_list(), an_address()
    told = [{"email": written, "name": "Joe"} for written in (joe, joe.upper(), joe) * 4]
    answers = await asyncio.gather(*(group.ask("POST", f"/lists/{list_id}/contacts", json=each) for each in told))
    assert len({answer.json()["id"] for answer in answers}) == 1
    await group.bus.send(group.id)
    assert (len(group.mails(joe)), list(await contacts(group, list_id))) == (1, [joe])


async def fill(group: Group, list_id: str, count: int) -> None:
    """So many contacts who have not answered."""
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO list_contacts (id, list_id, name, email, tag, state, asked_at)"
                " SELECT gen_random_uuid(), :id, 'Joe', 'joe' || n || '@example.org', int4send(n), 'pending', now()"
                " FROM generate_series(1, :most) n"
            ),
            {"id": list_id, "most": count},
        )


async def test_contacts_who_are_added_at_once_never_overfill_a_list(group: Group) -> None:
    list_id = await group.make_list()
    await fill(group, list_id, MOST_CONTACTS - 1)
    told = [{"email": an_address(), "name": "Joe"} for _ in range(8)]
    answers = await asyncio.gather(*(group.ask("POST", f"/lists/{list_id}/contacts", json=each) for each in told))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 7
    assert len(await contacts(group, list_id)) == MOST_CONTACTS


async def test_a_mailbox_is_asked_three_times_a_day_at_most_by_any_list(group: Group) -> None:
    joe = an_address()
    for number in range(5):
        list_id = await group.make_list(f"List {number}")
        await group.contact(list_id, joe, confirmed=False)
    await group.bus.send(group.id)
    assert len(group.mails(joe)) == 3


@pytest.mark.parametrize("hostile", ["a@b.org, c@d.org", "-oX@example.org", "a@b.org\r\nBcc: c@d.org", "a b@c.org"])
async def test_text_that_could_become_a_second_address_is_refused(group: Group, hostile: str) -> None:
    list_id = await group.make_list()
    answer = await group.ask("POST", f"/lists/{list_id}/contacts", json={"email": hostile, "name": "Joe"})
    assert answer.status_code == 422
    assert hostile not in answer.text


async def test_only_members_are_put_on_a_list_as_members(group: Group) -> None:
    list_id, member, gone = await group.make_list(), await group.add(), await group.add(state="removed")
    assert (await group.ask("PUT", f"/lists/{list_id}/members/{member.id}")).status_code == 204
    assert (await group.ask("PUT", f"/lists/{list_id}/members/{gone.id}")).status_code == 422
    seen = (await group.ask("GET", f"/lists/{list_id}")).json()
    assert seen["members"] == [{"person_id": str(member.id), "name": "Amina Rahman"}]
    assert str(member.email) not in str(seen)
    assert (await group.ask("DELETE", f"/lists/{list_id}/members/{member.id}")).status_code == 204


async def test_a_groups_lists_have_names_of_their_own(group: Group) -> None:
    await group.make_list("Traders")
    assert (await group.ask("POST", "/lists", json={"name": "Traders"})).status_code == 409
    listed = (await group.ask("GET", "/lists")).json()["lists"]
    assert [(each["name"], each["contacts"], each["members"]) for each in listed] == [("Traders", 0, 0)]


def _release(
    group: Group, list_id: str, release_id: UUID | None = None, group_id: UUID | None = None
) -> ReleaseCreated:
    return ReleaseCreated(
        release_id=release_id or new_id(),
        group_id=group_id or group.id,
        list_id=UUID(list_id),
        released_by=group.chair.id,
        expires_at=now() + timedelta(days=7),
        version=1,
    )


async def issued(group: Group, release_id: UUID) -> list[ReleaseLinksIssued]:
    query = text("SELECT envelope->'payload' FROM outbox WHERE routing_key = :key AND envelope->>'aggregate_id' = :id")
    async with group.bus.resources.engine.connect() as connection:
        rows = await connection.scalars(query, {"key": ReleaseLinksIssued.type, "id": str(release_id)})
        return [ReleaseLinksIssued.model_validate(row) for row in rows]


async def test_a_release_gives_each_recipient_a_link_of_their_own(group: Group) -> None:
    list_id, member = await group.make_list(), await group.add()
    joe, ann = await group.contact(list_id), await group.contact(list_id)
    await group.contact(list_id, confirmed=False)
    await group.ask("PUT", f"/lists/{list_id}/members/{member.id}")
    release = _release(group, list_id)
    assert await group.bus.tell(release, release) == [Done(), Done()]
    await group.bus.send(group.id)
    (told,) = await issued(group, release.release_id)
    links = {str(link.recipient_ref): link.secret_sha256 for link in told.links}
    found = {}
    for address in (joe, ann, str(member.email)):
        mail = group.mails(address)[-1]
        assert f"http://ourwatch.test/releases/{release.release_id}?ref=" in text_of(mail)
        assert mail["From"].addresses[0].display_name == "Mile End Panel via OurWatch"
        found[link_in(mail, "ref")] = hashlib.sha256(link_in(mail, "secret").encode()).hexdigest()
    assert found == links


async def test_officers_see_who_has_which_link_and_whoever_holds_it_whose_it_is(group: Group) -> None:
    list_id, member = await group.make_list(), await group.add()
    joe = await group.contact(list_id)
    await group.ask("PUT", f"/lists/{list_id}/members/{member.id}")
    release = _release(group, list_id)
    await group.bus.tell(release)
    await group.bus.send(group.id)
    path = f"/lists/{list_id}/releases/{release.release_id}"
    seen = {each["ref"]: each for each in (await group.ask("GET", path)).json()["recipients"]}
    (told,) = await issued(group, release.release_id)
    sealed = {str(link.recipient_ref): link.sealed_group_name for link in told.links}
    for address, shown in ((joe, ("Joe", joe, None)), (str(member.email), (None, None, "Amina Rahman"))):
        mail = group.mails(address)[-1]
        ref, secret = link_in(mail, "ref"), link_in(mail, "secret")
        assert (seen[ref]["contact"], seen[ref]["email"], seen[ref]["member"]) == shown
        assert seen[ref]["state"] == "sent"
        assert open_for_link(secret, release.release_id, UUID(ref), sealed[ref]) == group.name
    assert group.name not in told.model_dump_json()
    forwarder = group.headers(member)
    assert (await group.ask("GET", path, forwarder)).status_code == 403
    elsewhere = f"/lists/{new_id()}/releases/{release.release_id}"
    assert (await group.ask("GET", elsewhere)).status_code == 404
    nothing = await group.ask("GET", f"/lists/{list_id}/releases/{new_id()}")
    assert nothing.json() == {"recipients": []}


async def test_a_member_who_is_also_a_contact_gets_one_link(group: Group) -> None:
    list_id, member = await group.make_list(), await group.add()
    await group.contact(list_id, member.email)
    await group.ask("PUT", f"/lists/{list_id}/members/{member.id}")
    release = _release(group, list_id)
    await group.bus.tell(release)
    (told,) = await issued(group, release.release_id)
    assert len(told.links) == 1


async def test_another_groups_list_is_rejected(group: Group) -> None:
    list_id = await group.make_list()
    release = _release(group, list_id, group_id=new_id())
    assert await group.bus.tell(release) == [Reject("invalid")]
    assert await issued(group, release.release_id) == []


async def test_a_release_mail_waits_for_documents_to_learn_its_links(group: Group) -> None:
    list_id = await group.make_list()
    joe = await group.contact(list_id)
    await group.bus.tell(_release(group, list_id))
    for body in await group.bus.chunks(group.id):
        await group.bus.sending().handle(body)
    assert len(group.mails(joe)) == 1  # what asked them to confirm


def test_a_link_of_one_purpose_never_serves_another(settings: Settings) -> None:
    keyring = Keyring(settings.key_folder)
    token = keyring.link("leave", b"content")
    assert keyring.read_link("leave", token) == b"content"
    assert keyring.read_link("confirm contact", token) is None

"""Whoever no longer belongs loses the links that they held as a member, and a closed group's links all end (P18)."""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from messaging.storage import tables
from shared.bus.outcomes import Done
from shared.clock import now
from shared.contracts.documents import ReleaseCreated
from shared.contracts.groups import GroupChanged, MembershipChanged
from shared.contracts.identity import PersonErased
from shared.ids import new_id
from sqlalchemy import select

from services.messaging.tests.conftest import Bus, Group, Person


async def told(bus: Bus, kind: str, release_id: UUID) -> list[Any]:
    """The payloads of what was told of a release."""
    outbox = tables.metadata.tables["outbox"]
    about = outbox.c.envelope["payload"]["release_id"].astext == str(release_id)
    async with bus.resources.engine.connect() as connection:
        found = await connection.scalars(select(outbox.c.envelope).where(about, outbox.c.routing_key == kind))
        return [envelope["payload"] for envelope in found]


async def ended(bus: Bus, release_id: UUID) -> list[set[str]]:
    return [set(each["recipient_refs"]) for each in await told(bus, "messaging.release_links_ended.v1", release_id)]


async def refs_of(bus: Bus, release_id: UUID) -> dict[str | None, str]:
    """Each mailbox's reference, by address."""
    keyring, sends, deliveries = bus.resources.keyring, tables.sends, tables.deliveries
    asked = select(deliveries.c.tag, deliveries.c.recipient_ref).join(sends, sends.c.id == deliveries.c.send_id)
    async with bus.resources.engine.connect() as connection:
        rows = (await connection.execute(asked.where(sends.c.release_id == release_id))).all()
        contacts = await connection.scalars(select(tables.known_contacts.c.email))
        outside = await connection.scalars(select(tables.list_contacts.c.email))
        of_tag = {keyring.mailbox_tag(email): email for email in [*contacts, *outside] if email}
    return {of_tag[tag]: str(ref) for tag, ref in rows}


async def release(group: Group, list_id: str, expires_in: timedelta = timedelta(days=7)) -> UUID:
    event = ReleaseCreated(
        release_id=new_id(),
        group_id=group.id,
        list_id=UUID(list_id),
        released_by=group.chair.id,
        expires_at=now() + expires_in,
        version=1,
    )
    assert await group.bus.tell(event) == [Done()]
    return event.release_id


async def on_list(group: Group, list_id: str, person: Person) -> Person:
    assert (await group.ask("PUT", f"/lists/{list_id}/members/{person.id}")).status_code in {200, 204}
    return person


@pytest.mark.parametrize("state", ["removed", "left", "suspended"])
async def test_who_no_longer_belongs_loses_their_links_and_nobody_elses(group: Group, state: Any) -> None:
    list_id = await group.make_list()
    gone, stays = [await on_list(group, list_id, await group.add()) for _ in range(2)]
    await group.contact(list_id)
    first, second = await release(group, list_id), await release(group, list_id)
    over = await release(group, list_id, timedelta(seconds=-1))
    await group.membership(stays, "active", 2)
    assert await ended(group.bus, first) == []
    await group.membership(gone, state, 2)
    for release_id in (first, second):
        refs = await refs_of(group.bus, release_id)
        assert len(refs) == 3
        assert await ended(group.bus, release_id) == [{refs[gone.email]}]
    assert await ended(group.bus, over) == []


async def test_an_event_that_comes_twice_or_late_ends_no_other_link(group: Group) -> None:
    list_id = await group.make_list()
    person = await on_list(group, list_id, await group.add())
    release_id = await release(group, list_id)
    await group.membership(person, "removed", 2)
    await group.membership(person, "removed", 2)
    (ref,) = (await refs_of(group.bus, release_id)).values()
    assert {frozenset(each) for each in await ended(group.bus, release_id)} == {frozenset({ref})}
    # Back again, and then told once more of what was before.
    await group.membership(person, "active", 3)
    again = await release(group, list_id)
    await group.membership(person, "removed", 2)
    assert await ended(group.bus, again) == []


async def test_a_mailbox_that_others_on_the_list_read_keeps_its_link(group: Group) -> None:
    list_id = await group.make_list()
    first = await on_list(group, list_id, await group.add())
    second = await on_list(group, list_id, await group.add(first.email))
    third = await on_list(group, list_id, await group.add())
    await group.contact(list_id, third.email)
    release_id = await release(group, list_id)
    await group.membership(first, "removed", 2)
    await group.membership(third, "removed", 2)
    assert await ended(group.bus, release_id) == []
    await group.membership(second, "left", 2)
    assert await ended(group.bus, release_id) == [{(await refs_of(group.bus, release_id))[first.email]}]


async def test_one_group_ends_its_own_links_alone(group: Group) -> None:
    list_id = await group.make_list()
    person = await on_list(group, list_id, await group.add())
    release_id = await release(group, list_id)
    elsewhere = MembershipChanged(
        membership_id=new_id(), group_id=new_id(), person_id=person.id, state="removed", version=1
    )
    assert await group.bus.tell(elsewhere) == [Done()]
    assert await ended(group.bus, release_id) == []


async def test_a_group_that_is_closed_gives_nothing_out_any_more(group: Group) -> None:
    list_id = await group.make_list()
    await on_list(group, list_id, await group.add())
    await group.contact(list_id)
    release_id = await release(group, list_id)
    seen: dict[str, list[set[str]]] = defaultdict(list)
    for version, state in ((2, "active"), (3, "archived"), (3, "archived")):
        event = GroupChanged(
            group_id=group.id,
            kind="ward_panel",
            name="Mile End",
            visibility="hidden",
            area="E05000001",
            state=state,
            version=version,
        )
        assert await group.bus.tell(event) == [Done()]
        seen[state] = await ended(group.bus, release_id)
    assert seen["active"] == []
    assert {frozenset(each) for each in seen["archived"]} == {
        frozenset((await refs_of(group.bus, release_id)).values())
    }


async def test_who_is_erased_loses_their_links(group: Group) -> None:
    list_id = await group.make_list()
    person = await on_list(group, list_id, await group.add())
    release_id = await release(group, list_id)
    refs = await refs_of(group.bus, release_id)
    await group.bus.send(group.id)
    for _ in range(2):
        assert await group.bus.tell(PersonErased(person_id=person.id, version=9)) == [Done()]
    assert await ended(group.bus, release_id) == [{refs[person.email]}]

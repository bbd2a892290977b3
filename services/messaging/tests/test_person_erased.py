"""A person is forgotten: name, address, lists and deliveries, however often and in whatever order it is told (P29)."""

from typing import Any
from uuid import UUID

from messaging.storage import tables
from messaging.storage.lane import hold_chunk
from shared.bus.outcomes import Done, Retry
from shared.clock import now
from shared.contracts.identity import ConsentChanged, ContactChanged, PersonChanged, PersonErased
from shared.ids import new_id
from sqlalchemy import Executable, select, text

from services.messaging.tests.conftest import Bus, Group, Person, an_address

ERASED = 9


def erased(person: Person) -> PersonErased:
    return PersonErased(person_id=person.id, version=ERASED)


async def rows(bus: Bus, statement: Executable) -> list[Any]:  # rows of any statement have any shape
    async with bus.resources.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(statement)]


async def everything(bus: Bus) -> str:
    """All rows of all tables but the outbox, where what was told before lies until the relay has taken it."""
    kept = [table for table in tables.metadata.sorted_tables if table.name != "outbox"]
    return str([await rows(bus, select(table)) for table in kept])


async def answers(bus: Bus, person_id: UUID) -> int:
    outbox = tables.metadata.tables["outbox"]
    about = outbox.c.envelope["payload"]["person_id"].astext == str(person_id)
    found = await rows(bus, select(outbox.c.id).where(about, outbox.c.routing_key == "messaging.erasure_done.v1"))
    return len(found)


async def put_on_a_list(group: Group, person: Person) -> str:
    list_id = await group.make_list()
    assert (await group.ask("PUT", f"/lists/{list_id}/members/{person.id}")).status_code in {200, 204}
    return list_id


async def test_nothing_is_left_of_an_erased_person_but_an_id(group: Group, bus: Bus) -> None:
    person = await group.add()
    ward, police = "E05009777", new_id()
    await bus.tell(
        PersonChanged(person_id=person.id, display_name="Amina", state="active", area=ward, version=2),
        ConsentChanged(
            consent_id=new_id(), person_id=person.id, organisation_id=police, state="given", since=now(), version=1
        ),
    )
    list_id = await put_on_a_list(group, person)
    await group.contact(list_id, person.email)
    message_id = await group.write()
    await bus.send(group.id)
    assert person.email is not None
    tag = str(bus.resources.keyring.mailbox_tag(person.email))
    copy = await everything(bus)
    assert person.email in copy
    assert tag in copy
    before = await group.figures(message_id)
    assert await bus.tell(erased(person)) == [Done()]
    copy = await everything(bus)
    assert person.email not in copy
    assert tag not in copy
    assert not [each for each in (ward, str(police)) if each in copy.replace(f"'{ward}', 'sent'", "")]
    assert await group.figures(message_id) == before
    assert (await group.ask("GET", f"/lists/{list_id}")).json()["members"] == []
    assert await answers(bus, person.id) == 1


async def test_what_is_queued_for_an_erased_person_is_not_sent(group: Group, bus: Bus) -> None:
    person = await group.add()
    await group.write()
    await bus.tell(erased(person))
    await bus.send(group.id)
    assert group.mails(person.email) == []
    assert "erased" in await group.reasons()


async def in_hand(bus: Bus, person: Person) -> UUID:
    """The chunk, with the person's mail in its worker's hand."""
    query = text(
        "UPDATE chunks c SET in_hand = ARRAY[d.tag] FROM deliveries d"
        " WHERE d.send_id = c.send_id AND d.tag = :tag RETURNING c.id"
    )
    assert person.email is not None
    async with bus.resources.engine.begin() as connection:
        return UUID(str(await connection.scalar(query, {"tag": bus.resources.keyring.mailbox_tag(person.email)})))


async def test_forgetting_waits_for_a_mail_that_is_under_way(group: Group, bus: Bus) -> None:
    person = await group.add()
    await group.write()
    async with hold_chunk(bus.resources.engine, await in_hand(bus, person)) as holding:
        assert holding is not None
        await in_hand(bus, person)
        assert isinstance((await bus.tell(erased(person)))[0], Retry)
        assert await answers(bus, person.id) == 0
        assert str(person.email) in await everything(bus)
    assert await bus.tell(erased(person)) == [Done()]
    assert str(person.email) not in await everything(bus)


async def test_what_a_dead_worker_had_in_hand_holds_nobody_up(group: Group, bus: Bus) -> None:
    person = await group.add()
    await group.write()
    await in_hand(bus, person)
    assert await bus.tell(erased(person)) == [Done()]
    assert str(person.email) not in await everything(bus)
    await bus.send(group.id)
    assert group.mails(person.email) == []
    assert "erased" in await group.reasons()


async def test_a_household_keeps_what_was_sent_to_the_mailbox_that_it_shares(group: Group, bus: Bus) -> None:
    first = await group.add()
    second = await group.add(first.email)
    await group.write()
    await bus.tell(erased(first))
    await bus.send(group.id)
    assert len(group.mails(second.email)) == 1
    await bus.tell(erased(second))
    assert str(second.email) not in await everything(bus)


async def test_an_erasure_told_again_changes_nothing_and_is_answered_again(group: Group, bus: Bus) -> None:
    person, other = await group.add(), await group.add()
    await bus.tell(erased(person))
    copy = await rows(bus, select(tables.known_contacts).order_by(tables.known_contacts.c.id))
    assert await bus.tell(erased(person)) == [Done()]
    assert await rows(bus, select(tables.known_contacts).order_by(tables.known_contacts.c.id)) == copy
    assert await answers(bus, person.id) == 2
    assert str(other.email) in await everything(bus)


async def test_older_news_of_an_erased_person_brings_nothing_back(group: Group, bus: Bus) -> None:
    person, late = await group.add(), an_address()
    await bus.tell(
        erased(person),
        ContactChanged(person_id=person.id, email=late, version=2),
        PersonChanged(person_id=person.id, display_name="Late Rahman", state="active", area=None, version=2),
    )
    copy = await everything(bus)
    assert late not in copy
    assert "Late Rahman" not in copy
    query = text("SELECT state FROM known_persons WHERE id = :id").bindparams(id=person.id)
    assert await rows(bus, query) == [("closed",)]

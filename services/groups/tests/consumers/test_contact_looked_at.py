"""A look at a member's contact stands in the group's ledger, once, whatever is told and in whatever order (P17)."""

from uuid import UUID

from groups.bootstrap import Resources
from groups.storage.tables import known_people
from shared.auth.principal import Principal
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Done
from shared.clock import now
from shared.contracts.envelope import Envelope
from shared.contracts.identity import ContactLookedAt, PersonErased
from shared.ids import new_id
from sqlalchemy import select

from services.groups.tests.conftest import World

PURPOSE = "Burglary at number 12"


async def looked(world: World, panel: UUID, person: Principal) -> ContactLookedAt:
    return ContactLookedAt(
        look_id=new_id(),
        group_id=panel,
        person_id=person.id,
        organisation_id=await world.organisation("police"),
        role="police",
        purpose=PURPOSE,
        at=now(),
        version=1,
    )


async def read(world: World, reader: Principal, panel: UUID) -> list[dict[str, object]]:
    looks: list[dict[str, object]] = (await world.ask("GET", f"/groups/{panel}/ledger", reader)).json()["looks"]
    return looks


async def test_the_chair_and_the_member_see_the_look_and_no_other_member_does(
    world: World, chair: Principal, panel: UUID
) -> None:
    person, other = await world.member(chair, panel), await world.member(chair, panel)
    event = await looked(world, panel, person)
    await world.hear(event)
    for reader in (chair, person):
        [look] = await read(world, reader, panel)
        assert (look["id"], look["at_contact"], look["contact_of"]) == (str(event.look_id), True, str(person.id))
        assert (look["organisation"], look["team"], look["purpose"]) == ("Metropolitan Police", "police", PURPOSE)
    assert await read(world, other, panel) == []


async def test_a_look_told_twice_and_again_with_everything_is_one_line(
    world: World, chair: Principal, panel: UUID, consumer: Consumer[object]
) -> None:
    event = await looked(world, panel, await world.member(chair, panel))
    body = Envelope.of(event, "identity").model_dump_json().encode()
    for _ in range(2):  # as after a crash between commit and acknowledgement
        assert await consumer.handle(body) == Done()
    await world.hear(event)
    assert [look["id"] for look in await read(world, chair, panel)] == [str(event.look_id)]


async def test_a_look_that_is_told_after_the_erasure_brings_nobody_back(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    person = await world.member(chair, panel)
    await world.hear(PersonErased(person_id=person.id, version=9))
    late = await looked(world, panel, person)
    await world.hear(late)
    await world.hear(late.model_copy(update={"look_id": new_id(), "person_id": None}))  # as when all is told again
    lines = [(look["at_contact"], look["contact_of"]) for look in await read(world, chair, panel)]
    assert lines == [(True, str(person.id)), (True, None)]  # an id that means nobody
    members = await world.ask("GET", f"/groups/{panel}/memberships", chair)
    assert str(person.id) not in members.text
    async with resources.engine.connect() as connection:
        known = select(known_people.c.display_name, known_people.c.state).where(known_people.c.id == person.id)
        assert [tuple(row) for row in await connection.execute(known)] == [("", "closed")]

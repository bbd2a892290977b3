"""A person is forgotten in every group, however often and in whatever order it is told (P29)."""

import asyncio
from typing import Any
from uuid import UUID

from groups.bootstrap import Resources
from groups.domain.email_tags import tag_of
from groups.storage import tables
from groups.storage.known import hold_open_account
from groups.use_cases.ask_to_join import ask_to_join
from groups.use_cases.forget_person import forget_person
from shared.auth.principal import Principal
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Done
from shared.clock import now
from shared.contracts.envelope import Envelope
from shared.contracts.identity import InviteeKnown, PersonChanged, PersonErased
from shared.ids import new_id
from shared.testing.eventually import eventually
from sqlalchemy import Executable, select, text

from services.groups.tests.balloting import opened, seen, stands, vacate, votes, voting_ends, voting_opens
from services.groups.tests.conftest import WARD, World

ERASED = 9


async def rows(resources: Resources, statement: Executable) -> list[Any]:  # rows of any statement have any shape
    async with resources.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(statement)]


async def told(resources: Resources, person_id: UUID, kind: str) -> list[dict[str, Any]]:  # payloads differ
    outbox = tables.metadata.tables["outbox"]
    query = select(outbox.c.envelope).where(outbox.c.routing_key == kind).order_by(outbox.c.id)
    payloads = [envelope["payload"] for (envelope,) in await rows(resources, query)]
    return [each for each in payloads if each["person_id"] == str(person_id)]


async def everything(resources: Resources) -> str:
    return str([await rows(resources, select(table)) for table in tables.metadata.sorted_tables if not table.schema])


def erased(person: Principal) -> PersonErased:
    return PersonErased(person_id=person.id, version=ERASED)


async def forget(resources: Resources, person: Principal) -> None:
    await forget_person(resources.unit_of_work(), person.id, ERASED, now())


async def test_an_erased_person_is_out_of_every_group_without_a_name_a_reason_or_a_tag(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    name, tag, reason = f"Name {new_id()}", f"tag {new_id()}", f"because {new_id()}"
    person = await world.resident(name, tag)
    secret = await world.link(chair, panel)
    await world.ask("POST", "/membership-requests", person, {"secret": secret, "reason": reason})
    await world.admit(chair, panel, person)
    await world.ask("PUT", f"/groups/{panel}/offices/secretary", chair, {"person_id": str(person.id)})
    clear = tables.metadata.tables["outbox"].delete()
    async with resources.engine.begin() as connection:
        await connection.execute(clear)  # what was told before lies there until the relay has taken it
    await world.hear(erased(person))
    copy = await everything(resources)
    assert not [each for each in (name, tag, reason) if each in copy]
    assert str(person.id) in copy  # that a secretary served until now stays proved, by an id that means nobody
    assert [each["state"] for each in await told(resources, person.id, "groups.membership_changed.v1")] == ["left"]
    assert [each["until"] is None for each in await told(resources, person.id, "groups.office_changed.v1")] == [False]
    assert (await world.passed(person, panel)).status_code == 404
    assert await told(resources, person.id, "groups.erasure_done.v1") == [
        {"person_id": str(person.id), "version": ERASED}
    ]


async def test_a_leader_who_is_erased_leaves_the_leading_office_vacant(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member = await world.member(chair, panel)
    await forget(resources, chair)
    group = await world.ask("GET", f"/groups/{panel}", member)
    assert group.status_code == 200
    held = select(tables.terms.c.id).where(tables.terms.c.group_id == panel, tables.terms.c.until.is_(None))
    assert await rows(resources, held) == []


async def test_a_group_ends_with_its_last_member(chair: Principal, panel: UUID, resources: Resources) -> None:
    await forget(resources, chair)
    assert await rows(resources, select(tables.groups.c.state).where(tables.groups.c.id == panel)) == [("archived",)]


async def test_an_erasure_told_again_changes_nothing_and_is_answered_again(
    world: World, chair: Principal, panel: UUID, resources: Resources, consumer: Consumer[object]
) -> None:
    person = await world.member(chair, panel)
    body = Envelope.of(erased(person), "identity").model_dump_json().encode()
    for _ in range(2):
        assert await consumer.handle(body) == Done()
    assert len(await told(resources, person.id, "groups.erasure_done.v1")) == 1
    await world.hear(erased(person))
    assert len(await told(resources, person.id, "groups.erasure_done.v1")) == 2
    versions = select(tables.memberships.c.state, tables.memberships.c.version)
    assert await rows(resources, versions.where(tables.memberships.c.person_id == person.id)) == [("left", 3)]


async def test_older_news_of_an_erased_person_brings_nothing_back(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    person, tag = await world.resident(), f"tag {new_id()}"
    await world.hear(erased(person))
    await world.hear(PersonChanged(person_id=person.id, display_name="Late", state="active", area=WARD, version=2))
    await world.hear(InviteeKnown(person_id=person.id, email_tag=tag, version=2))
    known = select(tables.known_people.c.display_name, tables.known_people.c.state)
    assert await rows(resources, known.where(tables.known_people.c.id == person.id)) == [("", "closed")]
    assert tag not in await everything(resources)
    answer = await world.ask(
        "POST", "/membership-requests", person, {"secret": await world.link(chair, panel), "reason": None}
    )
    assert answer.json()["code"] == "groups.account_is_over"


async def test_whoever_joins_while_being_forgotten_is_forgotten_there_too(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    person = await world.resident()
    secret = await world.link(chair, panel)
    async with (joining := resources.unit_of_work()):
        assert await hold_open_account(joining.session, person.id)
        forgetting = asyncio.create_task(forget(resources, person))

        async def waits() -> bool:
            return bool((await rows(resources, text("SELECT count(*) FROM pg_locks WHERE NOT granted")))[0][0])

        await eventually(waits)
        await ask_to_join(joining, person, secret, None, now())
    await forgetting
    state = select(tables.memberships.c.state).where(tables.memberships.c.person_id == person.id)
    assert await rows(resources, state) == [("left",)]


async def test_why_somebody_was_removed_is_forgotten_with_them(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    person, reason = await world.member(chair, panel), f"because {new_id()}"
    await world.ask("POST", f"/groups/{panel}/memberships/{person.id}/remove", chair, {"reason": reason})
    assert reason in await everything(resources)
    await forget(resources, person)
    assert reason not in await everything(resources)


async def test_nothing_of_a_ballot_or_a_meeting_names_an_erased_person(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    secret = await world.link(chair, panel)
    person, *others = [await world.member(chair, panel, secret) for _ in range(6)]
    note = f"minutes {new_id()}"
    decided = {"held_on": now().date().isoformat(), "minutes_note": note}
    path = f"/groups/{panel}/meeting-results"
    chosen = {"office": "secretary", "person_id": str(person.id)}
    assert (await world.ask("POST", path, chair, decided | chosen)).status_code == 201
    other = {"office": "vice_chair", "person_id": str(others[0].id)}
    objected = (await world.ask("POST", path, chair, decided | other)).json()["id"]
    assert (await world.ask("POST", f"{path}/{objected}/objections", person)).is_success
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    nomination = await stands(world, person, panel, ballot)
    elsewhere = await world.group(others[0])
    asked = {"secret": await world.link(others[0], elsewhere), "reason": None}
    await world.ask("POST", "/membership-requests", person, asked)
    await world.admit(others[0], elsewhere, person)
    assert (await world.ask("POST", f"/groups/{elsewhere}/ballots/requests", person)).json()["asked"] == 1
    await voting_opens(resources, ballot)
    assert (await votes(world, person, panel, ballot, nomination)).status_code == 201
    await forget(resources, person)
    for table in (
        tables.ballots,
        tables.ballot_askers,
        tables.ballot_nominations,
        tables.ballot_voters,
        tables.ballot_choices,
        tables.meeting_results,
        tables.meeting_objections,
    ):
        assert str(person.id) not in str(await rows(resources, select(table))), table.name
    result = select(tables.meeting_results.c.minutes_note).where(tables.meeting_results.c.office == "secretary")
    assert await rows(resources, result.where(tables.meeting_results.c.group_id == panel)) == [("",)]
    await voting_ends(resources, ballot)
    (over,) = await seen(world, others[0], panel)
    assert (over["outcome"], len(over["votes"])) == ("nobody_left", 1)  # the vote stays, and elects nobody


async def test_no_invitation_to_an_erased_person_is_kept_wherever_it_was_made(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    email = f"invited-{new_id()}@example.org"
    tag = tag_of(email, resources.email_tag_key)
    person, other = await world.resident(tag=tag), await world.resident()
    for officer, group in ((chair, panel), (other, await world.group(other))):
        await world.ask("POST", f"/groups/{group}/invitations", officer, {"email": email})
    assert tag in await everything(resources)
    await forget(resources, person)
    assert tag not in await everything(resources)

"""Each event of identity delivered twice, and in the wrong order."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.email_tags import tag_of
from groups.storage import tables
from shared.auth.principal import Principal, Role
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Done, Reject
from shared.contracts.envelope import Envelope, Event
from shared.contracts.identity import (
    DataProtectionOfficerNamed,
    InviteeKnown,
    OrganisationChanged,
    PersonChanged,
    StaffChanged,
)
from shared.ids import new_id
from sqlalchemy import Table, func, select

from services.groups.tests.conftest import World


def _person(person_id: UUID, version: int) -> Event:
    return PersonChanged(
        person_id=person_id, display_name=f"Name {version}", state="active", area=None, version=version
    )


def _invitee(person_id: UUID, version: int) -> Event:
    return InviteeKnown(person_id=person_id, email_tag=f"tag {version}", version=version)


def _organisation(organisation_id: UUID, version: int) -> Event:
    return OrganisationChanged(
        organisation_id=organisation_id, name=f"Name {version}", authority="police", version=version
    )


def _staff(staff_id: UUID, version: int) -> Event:
    return StaffChanged(
        staff_id=staff_id,
        person_id=None,
        display_name="PC",
        organisation_id=staff_id,
        role="police",
        areas=[],
        state="active" if version == 1 else "ended",
        version=version,
    )


def _data_protection_officer(organisation_id: UUID, version: int) -> Event:
    return DataProtectionOfficerNamed(
        organisation_id=organisation_id, staff_id=UUID(int=1) if version == 1 else None, version=version
    )


CASES = [
    (_person, tables.known_people, "display_name", ["Name 1", "Name 2"]),
    (_invitee, tables.known_invitees, "email_tag", ["tag 1", "tag 2"]),
    (_organisation, tables.known_organisations, "name", ["Name 1", "Name 2"]),
    (_staff, tables.known_staff, "state", ["active", "ended"]),
    (_data_protection_officer, tables.known_data_protection_officers, "staff_id", [UUID(int=1), None]),
]


async def _known(resources: Resources, table: Table, row_id: UUID, column: str) -> Sequence[object]:
    async with resources.engine.connect() as connection:
        return (await connection.scalars(select(table.c[column]).where(table.c.id == row_id))).all()


@pytest.mark.parametrize(("make", "table", "column", "values"), CASES)
async def test_an_event_delivered_twice_or_late_leaves_the_newest(
    consumer: Consumer[object],
    resources: Resources,
    make: object,
    table: Table,
    column: str,
    values: list[object],
) -> None:
    assert callable(make)
    for order in ((1, 1, 2, 2), (2, 1, 2)):
        row_id = new_id()
        bodies = {v: Envelope.of(make(row_id, v), "identity").model_dump_json().encode() for v in (1, 2)}
        for version in order:
            assert await consumer.handle(bodies[version]) == Done()
        assert await _known(resources, table, row_id, column) == [values[1]]


async def test_an_invitation_is_matched_once_however_often_its_person_is_told(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    address = f"twice-{new_id()}@example.org"
    await world.ask("POST", f"/groups/{panel}/invitations", chair, {"email": address})
    person = await world.resident()
    event = InviteeKnown(person_id=person.id, email_tag=tag_of(address, resources.email_tag_key), version=1)
    body = Envelope.of(event, "identity").model_dump_json().encode()
    for _ in range(2):
        assert await world.consumer.handle(body) == Done()
    await world.hear(event)
    async with resources.engine.connect() as connection:
        query = select(tables.memberships.c.state, tables.memberships.c.version).where(
            tables.memberships.c.person_id == person.id
        )
        assert [tuple(row) for row in await connection.execute(query)] == [("invited", 1)]
        outbox = tables.metadata.tables["outbox"]
        about = outbox.c.envelope["payload"]["person_id"].astext == str(person.id)
        assert await connection.scalar(select(func.count()).where(about)) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b"no json", b'{"type": "identity.person_changed.v1"}'])
async def test_what_is_no_event_is_rejected(consumer: Consumer[object], body: bytes) -> None:
    assert isinstance(await consumer.handle(body), Reject)


def test_every_staff_role_of_the_contract_is_known() -> None:
    assert {Role("police"), Role("coordinator"), Role("administrator")} <= set(Role)

"""Each event that messaging listens to, delivered twice and in the wrong order."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from messaging.bootstrap import Resources
from messaging.consumers.subscriptions import EVENTS, SENDING, SENDING_SUBSCRIPTIONS, SUBSCRIPTIONS
from messaging.storage import tables
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Done, Reject
from shared.bus.topology import READERS
from shared.contracts.documents import ReleaseRevoked
from shared.contracts.envelope import Event
from shared.contracts.groups import GroupChanged, MembershipChanged, PauseChanged
from shared.contracts.identity import ContactChanged, OrganisationChanged, PersonChanged
from shared.ids import new_id
from sqlalchemy import Table, select

from services.messaging.tests.conftest import body_of


def _person(row_id: UUID, version: int) -> Event:
    return PersonChanged(person_id=row_id, display_name=f"{version}", state="active", area=None, version=version)


def _contact(row_id: UUID, version: int) -> Event:
    return ContactChanged(person_id=row_id, email=f"{version}@example.org", version=version)


def _organisation(row_id: UUID, version: int) -> Event:
    return OrganisationChanged(organisation_id=row_id, name=f"{version}", authority=None, version=version)


def _group(row_id: UUID, version: int) -> Event:
    return GroupChanged(
        group_id=row_id, kind="ward_panel", name=f"{version}", visibility="hidden", area="E1", state="active",
        version=version,
    )  # fmt: skip


def _membership(row_id: UUID, version: int) -> Event:
    state = "active" if version == 1 else "removed"
    return MembershipChanged(membership_id=row_id, group_id=row_id, person_id=row_id, state=state, version=version)


def _pause(row_id: UUID, version: int) -> Event:
    return PauseChanged(group_id=row_id, paused_until=datetime(2026, 1, version, tzinfo=UTC), version=version)


def _revocation(row_id: UUID, version: int) -> Event:
    refs = [row_id] if version == 1 else None
    return ReleaseRevoked(release_id=row_id, group_id=row_id, recipient_refs=refs, version=version)


@pytest.mark.parametrize(
    ("make", "table", "column", "newest"),
    [
        (_person, tables.known_persons, "display_name", "2"),
        (_contact, tables.known_contacts, "email", "2@example.org"),
        (_organisation, tables.known_organisations, "name", "2"),
        (_group, tables.known_groups, "name", "2"),
        (_membership, tables.known_memberships, "state", "removed"),
        (_pause, tables.known_pauses, "paused_until", datetime(2026, 1, 2, tzinfo=UTC)),
        (_revocation, tables.known_revocations, "whole", True),
    ],
)
async def test_an_event_delivered_twice_or_late_leaves_the_newest(
    resources: Resources, make: Callable[[UUID, int], Event], table: Table, column: str, newest: object
) -> None:
    consumer = Consumer(EVENTS, SUBSCRIPTIONS, resources, resources.unit_of_work, resources.settings.amqp_url)
    for order in ((1, 1, 2, 2), (2, 1, 2)):
        row_id = new_id()
        bodies = {version: body_of(make(row_id, version)) for version in (1, 2)}
        for version in order:
            assert await consumer.handle(bodies[version]) == Done()
        async with resources.engine.connect() as connection:
            query = select(table.c[column]).where(table.c.id == row_id)
            assert (await connection.scalars(query)).all() == [newest]


@pytest.mark.parametrize("body", [b"", b"{}", b"no json", b'{"type": "identity.person_changed.v1"}'])
async def test_what_is_no_event_is_rejected(resources: Resources, body: bytes) -> None:
    consumer = Consumer(EVENTS, SUBSCRIPTIONS, resources, resources.unit_of_work, resources.settings.amqp_url)
    assert isinstance(await consumer.handle(body), Reject)


def test_what_the_broker_delivers_is_what_is_listened_to() -> None:
    assert set(READERS[EVENTS]) == {each.event.type for each in SUBSCRIPTIONS}
    assert set(READERS[SENDING]) == {each.event.type for each in SENDING_SUBSCRIPTIONS}

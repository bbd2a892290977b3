"""What documents hears from messaging: links, each taken once."""

from typing import Any
from uuid import UUID

import pytest
from aio_pika import Message
from documents.consumers.subscriptions import SUBSCRIPTIONS
from documents.storage.tables import metadata
from documents.worker import QUEUE
from pydantic import SecretStr
from shared.bus.connection import broker_connection
from shared.bus.outcomes import Done, Reject, Retry
from shared.bus.topology import READERS
from shared.contracts.envelope import Envelope
from shared.contracts.identity import PersonErased
from shared.contracts.messaging import ReleaseLink, ReleaseLinksIssued
from shared.ids import new_id
from shared.testing.eventually import eventually
from sqlalchemy import Uuid


async def release_of(group: Any) -> UUID:
    _, _, document_id, _, version_id, _ = (await group.chair.upload(b"minutes")).split("/")
    body = {"document_id": document_id, "version_id": version_id, "list_id": str(new_id()), "expires_in_days": 7}
    return UUID((await group.chair.ask("POST", "/releases", json=body)).json()["id"])


def issued(release_id: UUID, group_id: UUID, digest: str = "ab" * 32) -> ReleaseLinksIssued:
    links = [ReleaseLink(recipient_ref=new_id(), secret_sha256=digest, sealed_group_name="")]
    return ReleaseLinksIssued(release_id=release_id, group_id=group_id, links=links, version=1)


def test_documents_subscribes_to_what_the_topology_routes_to_it() -> None:
    assert {subscription.event.type for subscription in SUBSCRIPTIONS} == set(READERS[QUEUE])


async def test_links_delivered_twice_are_taken_once(group: Any, hear: Any, superuser: Any) -> None:
    event, event_id = issued(await release_of(group), group.id), new_id()
    assert await hear(event, event_id) == Done()
    await superuser.execute("UPDATE release_recipients SET downloads = 2 WHERE release_id = $1", event.release_id)
    assert await hear(event, event_id) == Done()
    assert await hear(event, new_id()) == Done()
    rows = await superuser.fetch("SELECT downloads FROM release_recipients WHERE release_id = $1", event.release_id)
    assert [row["downloads"] for row in rows] == [2]


async def test_links_of_an_unknown_release_wait_for_it(group: Any, hear: Any) -> None:
    assert isinstance(await hear(issued(new_id(), group.id), new_id()), Retry)


async def test_links_for_another_group_are_not_taken(group: Any, hear: Any, superuser: Any) -> None:
    event = issued(await release_of(group), new_id())
    assert isinstance(await hear(event, new_id()), Retry)
    count = "SELECT count(*) FROM release_recipients WHERE release_id = $1"
    assert await superuser.fetchval(count, event.release_id) == 0


@pytest.mark.parametrize("digest", ["", "ab", "zz" * 32, "ab" * 33])
async def test_what_is_no_digest_is_rejected(group: Any, hear: Any, digest: str) -> None:
    event = issued(await release_of(group), group.id, digest)
    assert isinstance(await hear(event, new_id()), Reject)


async def test_an_erased_person_was_an_id_and_is_answered_each_time(group: Any, hear: Any, superuser: Any) -> None:
    await release_of(group)
    event, event_id = PersonErased(person_id=group.chair.principal.id, version=7), new_id()
    done = (
        "SELECT count(*) FROM outbox WHERE routing_key = 'documents.erasure_done.v1'"
        " AND envelope->'payload'->>'person_id' = $1"
    )
    for each, answered in ((event_id, 1), (event_id, 1), (new_id(), 2)):
        assert await hear(event, each) == Done()
        assert await superuser.fetchval(done, str(event.person_id)) == answered


def test_documents_has_nothing_of_a_person_but_ids() -> None:
    """Whoever adds a column about a person here has forgetting to write."""
    about_people = {"created_by", "deleted_by", "added_by", "released_by", "revoked_by", "person_id"}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name in about_people:
                assert isinstance(column.type, Uuid), column
            assert not set(column.name.split("_")) & {"email", "address", "phone", "display"}, column


@pytest.mark.usefixtures("working")
async def test_the_running_worker_takes_links_from_the_broker(group: Any, ground: Any, superuser: Any) -> None:
    event = issued(await release_of(group), group.id)
    root = ground.servers.amqp_url("root", ground.servers.broker_password, ground.vhost)
    async with broker_connection(SecretStr(root), "test") as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange("messaging", ensure=False)
        body = Envelope.of(event, "messaging").model_dump_json().encode()
        await exchange.publish(Message(body), event.type)

    async def taken() -> bool:
        count = "SELECT count(*) FROM release_recipients WHERE release_id = $1"
        return bool(await superuser.fetchval(count, event.release_id))

    await eventually(taken)

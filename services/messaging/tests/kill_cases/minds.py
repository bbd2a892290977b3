"""People leave, are removed and withdraw their consent in the middle of a send; who had no turn yet gets no mail."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import httpx
from messaging.consumers.subscriptions import EVENTS, SUBSCRIPTIONS
from messaging.domain.sends import LeaveScope
from messaging.leave_links import Leave, leave_token
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Done
from shared.clock import now
from shared.contracts.envelope import Envelope, Event
from shared.contracts.groups import MembershipChanged
from shared.contracts.identity import ConsentChanged
from shared.testing.client import signed
from shared.testing.eventually import eventually
from shared.testing.issuer import a_group_pass, a_member

from services.messaging.tests.kill_cases.counted import deliveries_of
from services.messaging.tests.kill_cases.crowd import Crowd, as_superuser
from services.messaging.tests.kill_cases.meant import Kind, Meant, every_way_of
from services.messaging.tests.kill_cases.stage import Stage

AT_ONCE = 20
AGAIN_SECONDS, LONGEST_AWAY_SECONDS = 0.3, 120
# A statement that looked before a change may claim after it; who asks once all of those have ended sees what they did.
_BEGUN_BEFORE = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND query_start < $1 AND pid <> pg_backend_pid()
"""
_IN_HAND = "SELECT unnest(in_hand) AS tag FROM chunks WHERE send_id = $1"


@dataclass
class Minds:
    """Of one send. `too_early` are the mailboxes that were meant no more before their turn came: none gets a copy."""

    stage: Stage
    crowd: Crowd
    kind: Kind
    send_id: UUID
    meant: Meant
    rng: random.Random
    changes: Counter[str] = field(default_factory=Counter)
    too_early: set[bytes] = field(default_factory=set)

    async def change(self) -> None:
        """Some change their mind at once; then it is written down who had no turn yet. Waits for what is away."""
        acts: dict[Kind, list[Callable[[], Awaitable[None]]]] = {
            Kind.GROUP: [self._leave, self._remove],
            Kind.LISTS: [self._leave, self._remove, self._take_off, self._delete_contact],
            Kind.AREA: [self._leave, self._remove, self._withdraw],
        }
        before = self.meant.nobody_more
        for _ in range(AT_ONCE):
            await self.rng.choice(acts[self.kind])()
        if gone := self.meant.nobody_more - before:
            self.too_early |= await self._without_a_turn(gone)

    async def _leave(self) -> None:
        tag = self.rng.choice(list(self.meant.ways))
        scope = (LeaveScope.GROUP, self.crowd.group_id)
        if self.kind is Kind.AREA:
            scope = (LeaveScope.ORGANISATION, self.crowd.organisation_id)
        token = leave_token(self.stage.resources.keyring, Leave(*scope, tag))
        await self._answered("POST", "/leave", data={"token": token})
        self.meant.left.add(tag)
        self.changes["left"] += 1

    async def _remove(self) -> None:
        person = self.rng.choice(self.crowd.people)
        await self._told(
            MembershipChanged(
                membership_id=person.membership_id,
                group_id=self.crowd.group_id,
                person_id=person.id,
                state="removed",
                version=2,
            )
        )
        # Whoever lives in the area and consents is meant by that, member or not.
        if self.kind is not Kind.AREA and person.tag in self.meant.ways:
            self.meant.lose(person.tag, *every_way_of(self.crowd, person))
        self.changes["removed"] += 1

    async def _withdraw(self) -> None:
        person = self.rng.choice(self.crowd.people)
        await self._told(
            ConsentChanged(
                consent_id=person.consent_id,
                person_id=person.id,
                organisation_id=self.crowd.organisation_id,
                state="withdrawn",
                since=now(),
                version=2,
            )
        )
        self.meant.lose(person.tag, *every_way_of(self.crowd, person))
        self.changes["withdrew consent"] += 1

    async def _take_off(self) -> None:
        number = self.rng.randrange(2)
        list_id, person = self.crowd.lists[number], self.rng.choice(self.crowd.listed[number])
        await self._answered("DELETE", f"{self._group}/lists/{list_id}/members/{person.id}")
        self.meant.lose(person.tag, (list_id, person.id))
        self.changes["taken off a list"] += 1

    async def _delete_contact(self) -> None:
        contact = self.rng.choice(self.crowd.contacts)
        await self._answered("DELETE", f"{self._group}/lists/{self.crowd.lists[1]}/contacts/{contact.id}")
        self.meant.lose(contact.tag, (contact.id,))
        self.changes["contacts deleted"] += 1

    @property
    def _group(self) -> str:
        return f"/groups/{self.crowd.group_id}"

    async def _answered(self, method: str, path: str, **asked: dict[str, str]) -> None:
        # 404 is the answer to who is gone already: by an earlier attempt, or by an earlier change.
        chair = a_member()
        headers = signed(
            self.stage.issuer, chair, "messaging", a_group_pass(chair, self.crowd.group_id, office="chair")
        )
        while True:
            with suppress(httpx.TransportError):
                answer = await self.stage.client.request(method, path, headers=headers, **asked)  # type: ignore[arg-type]  # its own dict
                if answer.status_code in {200, 204, 404}:
                    return
                assert answer.status_code in {500, 503}, f"{method} {path}: {answer.status_code} {answer.text}"
            await asyncio.sleep(AGAIN_SECONDS)

    async def _told(self, event: Event) -> None:
        resources = self.stage.resources
        consumer = Consumer(EVENTS, SUBSCRIPTIONS, resources, resources.unit_of_work, resources.settings.amqp_url)
        body = Envelope.of(event, "test").model_dump_json().encode()

        async def is_known() -> bool:
            return await consumer.handle(body) == Done()

        await eventually(is_known, within=LONGEST_AWAY_SECONDS, every=AGAIN_SECONDS)

    async def _without_a_turn(self, gone: set[bytes]) -> set[bytes]:
        """Those of them whose mail nobody has begun to send, and so nobody may."""
        while True:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                return gone - await self._with_a_turn()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _with_a_turn(self) -> set[bytes]:
        connection = await as_superuser(self.stage.ground)
        try:
            at = await connection.fetchval("SELECT clock_timestamp()")

            async def have_ended() -> bool:
                return not await connection.fetchval(_BEGUN_BEFORE, at)

            await eventually(have_ended, every=0.01)
            async with connection.transaction(isolation="repeatable_read"):
                in_hand = {row["tag"] for row in await connection.fetch(_IN_HAND, self.send_id)}
                deliveries = await deliveries_of(connection, self.send_id)
        finally:
            connection.terminate()
        return in_hand | {
            tag for tag, ended in deliveries.items() if ended.state == "sent" or ended.attempts or ended.repeats
        }

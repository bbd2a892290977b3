"""One large send under way, from the request until each of its deliveries has ended, and what became of it."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from shared.auth.principal import Role
from shared.ids import new_id
from shared.testing.client import signed
from shared.testing.issuer import a_group_pass, a_member, a_staff_member

from services.messaging.tests.kill_cases.arrived import Arrived
from services.messaging.tests.kill_cases.counted import Broken, Counted, compare, deliveries_of
from services.messaging.tests.kill_cases.crowd import BOROUGH, WARD, Crowd, as_superuser, gather
from services.messaging.tests.kill_cases.meant import Kind, meant_by
from services.messaging.tests.kill_cases.minds import Minds
from services.messaging.tests.kill_cases.stage import Stage

LOOK_SECONDS = 0.5
OUTSIDE = 600
MAILBOXES = {Kind.GROUP: 5200, Kind.LISTS: 5000 - OUTSIDE, Kind.AREA: 5000}
"""Of each kind 5,000 in all; the group's are more than are written down at once (P28)."""

_OPEN = """
    SELECT (SELECT count(*) FROM chunks WHERE send_id = $1 AND done_at IS NULL)
        + (SELECT count(*) FROM deliveries WHERE send_id = $1 AND state = 'queued')
"""
# What waits for a quarter of an hour waits for the next look: here as much breaks in a minute as in life in years.
_TIME_PASSES = (
    "UPDATE deliveries SET due_at = now() WHERE send_id = $1 AND state = 'queued' AND due_at > now()",
    "UPDATE chunks SET due_at = now() WHERE send_id = $1 AND done_at IS NULL AND due_at > now()",
)


@dataclass
class Sending:
    """A send to a crowd of its own, and the minds that change meanwhile."""

    stage: Stage
    crowd: Crowd
    kind: Kind
    minds: Minds

    async def until_ended(self) -> None:
        """Returns once every delivery has ended and every chunk is done."""
        while True:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                if not await self._is_open():
                    return
            await asyncio.sleep(LOOK_SECONDS)

    async def compare(self, arrived: Arrived) -> Counted:
        """What became of it, with nobody at work any more. Raises Broken."""
        copies = arrived.copies()
        everybody = {person.tag: person.email for person in self.crowd.people}
        everybody |= {contact.tag: contact.email for contact in self.crowd.contacts}
        found = {tag: copies.get(email, []) for tag, email in everybody.items()}
        if wrong := [tag for tag in self.minds.too_early if found[tag]]:
            raise Broken(f"{len(wrong)} mailboxes have a mail after they were meant no more: {wrong[0].hex()}")
        connection = await as_superuser(self.stage.ground)
        try:
            deliveries = await deliveries_of(connection, self.minds.send_id)
        finally:
            await connection.close()
        expected = self.minds.meant.ways.keys() - self.minds.meant.nobody_more
        if unsent := [tag for tag in expected if tag not in deliveries or deliveries[tag].state != "sent"]:
            raise Broken(f"{len(unsent)} mailboxes are meant and were not sent to: {unsent[0].hex()}")
        count = compare(found, deliveries)
        if self.kind is not Kind.AREA:
            told = await self._figures()
            shown = Counted(told["sent"], told["withheld"], count.repeated, told["repeated"])
            if shown != count or told["queued"] or told["failed"]:
                raise Broken(f"shown are {told}, and there are {count}")
        return count

    async def _is_open(self) -> bool:
        connection = await as_superuser(self.stage.ground)
        try:
            for passes in _TIME_PASSES:
                await connection.execute(passes, self.minds.send_id)
            return bool(await connection.fetchval(_OPEN, self.minds.send_id))
        finally:
            connection.terminate()

    async def _figures(self) -> dict[str, int]:
        path = f"/groups/{self.crowd.group_id}/messages/{self.minds.send_id}"
        answer = await self.stage.client.get(path, headers=_as_chair(self.stage, self.crowd))
        told: dict[str, int] = answer.json()["delivery"]
        return told


async def begin(stage: Stage, kind: Kind, rng: random.Random) -> Sending:
    """A new crowd, and a message to all of it that was just accepted."""
    outside = OUTSIDE if kind is Kind.LISTS else 0
    crowd = await gather(stage.ground, stage.resources, mailboxes=MAILBOXES[kind], outside=outside)
    send_id = await _accepted(stage, crowd, kind)
    return Sending(stage, crowd, kind, Minds(stage, crowd, kind, send_id, meant_by(crowd, kind), rng))


async def _accepted(stage: Stage, crowd: Crowd, kind: Kind) -> UUID:
    path, headers = f"/groups/{crowd.group_id}/messages", _as_chair(stage, crowd)
    told: dict[str, Any] = {"subject": "To everybody", "body": "Please read this."}
    if kind is Kind.LISTS:
        told["audience"] = {"include": [{"kind": "list", "list_id": str(each)} for each in crowd.lists]}
    elif kind is Kind.AREA:
        staff = a_staff_member(Role.POLICE, frozenset({BOROUGH}), crowd.organisation_id)
        path, headers = "/staff/messages", signed(stage.issuer, staff, "messaging")
        told |= {"audience": {"include": [{"kind": "area", "area": WARD}]}, "type": "crime_alert", "priority": 3}
    headers = headers | {"idempotency-key": str(new_id())}
    while True:
        with suppress(httpx.TransportError):
            answer = await stage.client.post(path, headers=headers, json=told)
            if answer.status_code == 202:
                return UUID(answer.json()["id"])
            if answer.status_code < 500:
                raise Broken(f"{path}: {answer.status_code} {answer.text}")
        await asyncio.sleep(LOOK_SECONDS)


def _as_chair(stage: Stage, crowd: Crowd) -> dict[str, str]:
    chair = a_member(crowd.people[0].id)
    return signed(stage.issuer, chair, "messaging", a_group_pass(chair, crowd.group_id, office="chair"))

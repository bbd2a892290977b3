"""What arrived, compared with what the deliveries say: one distinct Message-ID and one final state each (P28)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

IN_HAND = 25
"""Of a chunk as many mails are in flight at most."""


class Broken(AssertionError):
    """Something that was promised did not hold."""


class Ended(NamedTuple):
    """What a delivery says of itself."""

    state: str
    repeats: int
    attempts: int


class Counted(NamedTuple):
    """Of one send: mailboxes by what became of them, copies beyond one each, and how many the deliveries count."""

    sent: int
    withheld: int
    repeated: int
    counted: int


async def deliveries_of(connection: asyncpg.Connection, send_id: UUID) -> dict[bytes, Ended]:
    """By tag."""
    query = "SELECT tag, state, repeats, attempts FROM deliveries WHERE send_id = $1"
    return {row["tag"]: Ended(*row[1:]) for row in await connection.fetch(query, send_id)}


def compare(copies: Mapping[bytes, Sequence[str]], deliveries: Mapping[bytes, Ended]) -> Counted:
    """`copies` are the Message-IDs that arrived in each mailbox that is meant. Raises Broken.

    Who is withheld has a copy only where one was in flight when something broke, and that is counted.
    """
    if strangers := [tag.hex() for tag, ids in copies.items() if ids and tag not in deliveries]:
        raise Broken(f"copies without a delivery: {strangers}")
    seen: set[str] = set()
    sent = repeated = 0
    for tag, ended in deliveries.items():
        ids = copies.get(tag, ())
        beyond_one = max(len(ids) - (ended.state == "sent"), 0)
        if ended.state not in {"sent", "withheld"}:
            raise Broken(f"a delivery has ended as {ended.state}")
        if ended.state == "sent" and not ids:
            raise Broken(f"a mailbox whose mail is sent has none: {tag.hex()}")
        if len(set(ids)) > 1:
            raise Broken(f"one mailbox has {set(ids)}")
        if beyond_one > ended.repeats:
            raise Broken(f"a delivery counts {ended.repeats} repeats and is {ended.state}; {len(ids)} copies arrived")
        if not seen.isdisjoint(ids):
            raise Broken(f"two mailboxes have {ids[0]}")
        seen.update(ids)
        sent += ended.state == "sent"
        repeated += beyond_one
    return Counted(sent, len(deliveries) - sent, repeated, sum(ended.repeats for ended in deliveries.values()))

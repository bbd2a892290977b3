"""What people of the country ask of groups, each answered with as much whatever the country's size."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from shared.auth.principal import Principal
from shared.testing.issuer import a_member
from sqlalchemy import make_url

from tests.bench.country.places import Ward

PAGE = 10
DIRECTORY = f"/directory?limit={PAGE}"
# Officers and members who come back, as people do; enough to be strangers to any cache of the database.
_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `who` is None for anybody. `least` is how many its page holds at least."""

    path: str
    who: Principal | None = None
    method: str = "GET"
    body: dict[str, str] | None = None
    least: int = 0


def check(ask: Ask, status: int, content: bytes) -> None:
    """RuntimeError where an answer is no success, or holds less than it must."""
    if status != 200:
        raise RuntimeError(f"{ask.method} {ask.path} was answered with {status}: {content.decode()}")
    lists = [held for held in json.loads(content).values() if isinstance(held, list)]
    if ask.least and len(lists[0]) < ask.least:
        raise RuntimeError(f"{ask.path} was answered with {len(lists[0])}, fewer than {ask.least}")


@dataclass(frozen=True, slots=True)
class Someone:
    """A person, signed in, with a group of theirs."""

    principal: Principal
    group_id: UUID


class Country:
    """Whoever asks in a country that is settled: `kinds` tells what, by name."""

    def __init__(self, leaders: Sequence[Someone], members: Sequence[Someone], wards: range, names: Sequence[str]):
        self._leaders, self._members, self._names = leaders, members, names
        self._wards = [Ward(number) for number in wards]
        self._chosen = random.Random(wards.stop)
        self.kinds: dict[str, Callable[[], Ask]] = {
            "membership": self._membership,
            "pass": self._pass,
            "directory_ward": lambda: Ask(f"{DIRECTORY}&area={self._ward().code}", least=PAGE),
            "directory_force": lambda: Ask(f"{DIRECTORY}&area={self._ward().force}", least=PAGE),
            "directory_near": lambda: Ask(f"{DIRECTORY}&near={self._ward().near}", least=PAGE),
            "directory_name": lambda: Ask(f"{DIRECTORY}&name={self._chosen.choice(self._names)}", least=1),
            "directory_common_name": lambda: Ask(f"{DIRECTORY}&name=neighbourhood%20watch", least=PAGE),
        }

    def _ward(self) -> Ward:
        return self._chosen.choice(self._wards)

    def _membership(self) -> Ask:
        leader = self._chosen.choice(self._leaders)
        return Ask(f"/groups/{leader.group_id}/memberships?limit=50", leader.principal, least=2 * PAGE)

    def _pass(self) -> Ask:
        member = self._chosen.choice(self._members)
        body = {"kind": "group", "group_id": str(member.group_id), "audience": "messaging"}
        return Ask("/internal/passes", member.principal, "POST", body)


async def get_to_know(owner_url: str, wards: range) -> Country:
    """Some people and groups of a settled country, chosen at random."""
    connection = await asyncpg.connect(make_url(owner_url).set(drivername="postgresql").render_as_string(False))
    try:
        leaders = await connection.fetch(
            "SELECT person_id, group_id FROM terms WHERE until IS NULL AND last_seen_on IS NOT NULL"
            f" ORDER BY random() LIMIT {_PEOPLE}"
        )
        members = await connection.fetch(
            f"SELECT person_id, group_id FROM memberships ORDER BY random() LIMIT {_PEOPLE}"
        )
        listed = await connection.fetch(
            "SELECT split_part(name, ' ', 1) FROM groups WHERE visibility = 'visible' AND id IN"
            " (SELECT subject_id FROM marking_entries WHERE expires_at > now())"
            f" ORDER BY random() LIMIT {_PEOPLE}"
        )
    finally:
        await connection.close()
    return Country(
        [Someone(a_member(person), group) for person, group in leaders],
        [Someone(a_member(person), group) for person, group in members],
        wards,
        [name for (name,) in listed],
    )

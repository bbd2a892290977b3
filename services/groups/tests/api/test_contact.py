"""Anybody writes to a group of the directory; of every other group the answer is the same, and nothing happens."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.storage.tables import metadata
from shared.auth.principal import Principal
from shared.auth.sealing import Opener
from shared.contracts.groups import CONTACT_PURPOSE, ContactAsked, ContactWords
from shared.ids import new_id
from sqlalchemy import select

from services.groups.tests.conftest import World

QUESTION = {"name": "Joe Outside", "email": "joe@council.example", "message": "When do you meet?"}


async def asked(resources: Resources, group: UUID) -> list[Mapping[str, Any]]:
    """What messaging is told of questions to this group."""
    outbox = metadata.tables["outbox"]
    query = select(outbox.c.envelope).where(outbox.c.routing_key == ContactAsked.type).order_by(outbox.c.id)
    async with resources.engine.connect() as connection:
        told = [envelope["payload"] for envelope in await connection.scalars(query)]
    return [each for each in told if each["group_id"] == str(group)]


async def ask(world: World, group: UUID, **said: str) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    correlation = {"ow-correlation": "00000000-0000-7000-8000-000000000009"}
    answer = await world.ask("POST", f"/directory/{group}/contact", None, QUESTION | said, **correlation)
    return answer.status_code, answer.content, answer.headers.raw


async def test_a_question_to_a_listed_group_is_told_to_messaging_with_its_officers(
    world: World, chair: Principal, resources: Resources, messaging_keys: Path
) -> None:
    group = await world.group(chair, visibility="visible")
    await world.mark(await world.police(), group)
    secretary, member = await world.member(chair, group), await world.member(chair, group)
    await world.ask("PUT", f"/groups/{group}/offices/secretary", chair, {"person_id": str(secretary.id)})
    status, body, _ = await ask(world, group)
    assert (status, body) == (202, b'{"accepted":true}')
    (told,) = await asked(resources, group)
    assert set(told["officer_ids"]) == {str(chair.id), str(secretary.id)}
    assert str(member.id) not in told["officer_ids"]
    assert "council" not in str(told)
    words = Opener(messaging_keys, "messaging").open(CONTACT_PURPOSE, told["sealed_words"])
    assert tuple(ContactWords.model_validate_json(words).model_dump().values()) == tuple(QUESTION.values())


async def test_hidden_unmarked_closed_and_unknown_are_answered_alike_and_nobody_is_told(
    world: World, chair: Principal, resources: Resources
) -> None:
    """P14."""
    police = await world.police()
    hidden, unmarked = await world.group(chair), await world.group(chair, visibility="visible")
    closed, listed = [await world.group(chair, visibility="visible") for _ in range(2)]
    for group in (hidden, closed, listed):
        await world.mark(police, group)
    await world.ask("POST", f"/groups/{closed}/archive", chair)
    unknown = await ask(world, new_id())
    for group in (hidden, unmarked, closed):
        assert await ask(world, group) == unknown
        assert await asked(resources, group) == []
    assert await ask(world, listed) == unknown


async def test_one_key_asks_once(world: World, chair: Principal, resources: Resources) -> None:
    group = await world.group(chair, visibility="visible")
    await world.mark(await world.police(), group)
    for _ in range(3):
        key = {"idempotency-key": f"asking-{group}"}
        assert (await world.ask("POST", f"/directory/{group}/contact", None, QUESTION, **key)).status_code == 202
    assert len(await asked(resources, group)) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"email": "a@b.example, c@d.example"},
        {"email": "a@b.example\nBcc: x@evil.example"},
        {"email": "-f@b.example"},
        {"email": "nobody"},
        {"name": "A\nB"},
        {"name": ""},
        {"message": "x" * 5_001},
        {"message": "\x00"},
    ],
)
async def test_what_could_harm_a_mail_is_refused_whatever_the_group(
    world: World, panel: UUID, said: dict[str, str]
) -> None:
    answers = [await ask(world, group, **said) for group in (panel, new_id())]
    assert answers[0] == answers[1]
    assert answers[0][0] == 422

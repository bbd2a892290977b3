"""The log of markings on a real database: one chain, signed heads, and nobody named in public (P7, P14, P29)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.errors import LogIsBroken
from groups.domain.exported_log import Verdict, verify_export
from groups.domain.marking_log import Link, check_entry
from groups.storage.tables import log_heads, marking_details, marking_entries
from groups.use_cases.ask_for_head import ask_for_head
from groups.use_cases.forget_person import forget_person
from groups.use_cases.verify_log import verify_log
from shared.auth.principal import Principal
from shared.clock import now
from shared.testing.service import Ground
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from services.groups.tests.conftest import WARD, World


async def public_log(world: World) -> list[str]:
    """The whole log as somebody would keep it, a page a line, in pages of three."""
    pages: list[str] = []
    after = 0
    while True:
        page = (await world.ask("GET", f"/marking-log?after={after}&limit=3")).json()
        if not page["entries"]:
            return pages
        pages.append(json.dumps(page))
        after = page["entries"][-1]["number"]


async def verdict_of(world: World) -> Verdict:
    return verify_export(await public_log(world), (await world.ask("GET", "/marking-keys")).json())


async def own_log(world: World, officer: Principal, group_id: UUID) -> list[dict[str, Any]]:  # JSON
    found: list[dict[str, Any]] = (await world.ask("GET", f"/groups/{group_id}/markings/log", officer)).json()[
        "entries"
    ]
    return found


async def sign_the_end(resources: Resources) -> None:
    await ask_for_head(resources.unit_of_work(), resources.signs, now() + timedelta(hours=1))


@asynccontextmanager
async def rewritten(ground: Ground, number: int, **values: object) -> AsyncIterator[None]:
    """An entry as somebody with the owner's rights changed it, and as it was again afterwards."""
    engine = create_async_engine(ground.owner_database_url)
    columns = [marking_entries.c[name] for name in values]
    at = marking_entries.c.number == number
    async with engine.begin() as connection:
        was = (await connection.execute(select(*columns).where(at))).mappings().one()
        await connection.execute(update(marking_entries).where(at).values(values))
    try:
        yield
    finally:
        async with engine.begin() as connection:
            await connection.execute(update(marking_entries).where(at).values(dict(was)))
        await engine.dispose()


class SlowSigning:
    """The real signing process, behind a door that opens when the test says so."""

    def __init__(self, port: int) -> None:
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()
        self._port = port

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.set()
        await self.may_answer.wait()
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(_pass_on(reader, inner_writer), _pass_on(inner_reader, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65_536):
        writer.write(piece)
        await writer.drain()
    writer.close()


@pytest.fixture
async def slow_signing(world: World, sign_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlowSigning]:
    slow = SlowSigning(int(sign_url.rpartition(":")[2]))
    server = await asyncio.start_server(slow.accept, "127.0.0.1", 0)
    desk = world.client._transport.app.state.resources.signs  # type: ignore[attr-defined]  # httpx keeps it there
    monkeypatch.setattr(desk, "_url", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    yield slow
    server.close()


async def test_the_public_log_holds_and_names_nothing(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member, police = await world.member(chair, panel), await world.police()
    await world.mark(police, panel)
    granted = (await world.mark(police, panel, member)).json()
    await world.withdraw(police, panel)
    await sign_the_end(resources)
    log = await public_log(world)
    verdict = await verdict_of(world)
    assert verdict.broken is None
    assert verdict.signed_until == verdict.entries >= 3
    named = (panel, member.id, police.id, granted["marking_id"], granted["subject_id"], police.organisation_id)
    assert not [each for each in (*map(str, named), WARD, "group", "police") if each in "".join(log)]
    assert {name for line in log for each in json.loads(line)["entries"] for name in each} == {
        "number", "digest", "previous_hash", "hash",
    }  # fmt: skip


async def test_thirty_groups_marked_at_once_make_one_chain(world: World) -> None:
    founder, police = await world.resident(), await world.police()
    groups = [await world.group(founder) for _ in range(30)]
    answers = await asyncio.gather(*(world.mark(police, group) for group in groups))
    assert {answer.status_code for answer in answers} == {201}
    verdict = await verdict_of(world)
    assert verdict.broken is None
    assert verdict.entries >= 30


async def test_a_head_is_asked_for_when_entries_came_and_at_most_once_a_minute(
    world: World, panel: UUID, resources: Resources
) -> None:
    await sign_the_end(resources)
    later = now() + timedelta(hours=1)

    async def asked(at: datetime) -> bool:
        return await ask_for_head(resources.unit_of_work(), resources.signs, at)

    assert await asked(later) is False
    await world.mark(await world.police(), panel)
    assert await asked(now() + timedelta(seconds=50)) is False
    assert await asked(later) is True
    assert await asked(later) is False


async def test_twenty_who_ask_for_a_head_at_once_get_one(world: World, panel: UUID, resources: Resources) -> None:
    await sign_the_end(resources)
    await world.mark(await world.police(), panel)
    await asyncio.gather(*(resources.signs.sign_head() for _ in range(20)))
    async with resources.engine.connect() as connection:
        signed = (await connection.scalars(select(log_heads.c.number))).all()
        newest = await connection.scalar(text("SELECT max(number) FROM marking_entries"))
    assert signed.count(newest) == 1


async def test_a_rewritten_entry_is_named_and_nothing_more_is_signed(
    world: World, chair: Principal, panel: UUID, resources: Resources, ground: Ground
) -> None:
    police = await world.police()
    await world.mark(police, panel)
    await sign_the_end(resources)
    number = (await own_log(world, chair, panel))[0]["number"]
    assert (await verify_log(resources.unit_of_work())).broken is None
    async with rewritten(ground, number, declared_membership=True):
        broken = (await verify_log(resources.unit_of_work())).broken
        assert broken is not None
        assert broken.number == number
    async with rewritten(ground, number, hash=bytes(32)):
        broken = (await verdict_of(world)).broken
        assert broken is not None
        assert broken.number == number
        with pytest.raises(LogIsBroken):
            await resources.signs.sign_head()
    assert (await verdict_of(world)).broken is None


async def test_officers_take_their_own_entries_along_and_hash_them_again(
    world: World, chair: Principal, panel: UUID
) -> None:
    member, police = await world.member(chair, panel), await world.police()
    await world.mark(police, await world.group(chair))
    await world.mark(police, panel)
    await world.mark(police, panel, member)
    entries = await own_log(world, chair, panel)
    assert [each["fields"]["subject_kind"] for each in entries] == ["group", "member"]
    for each in entries:
        about = dict(each["about"])
        salt = bytes.fromhex(about.pop("salt"))
        assert check_entry(as_link(each), each["fields"], (salt, about)) is None
    assert str(police.id) not in str(entries)  # members never see the staff member
    for other in (member, await world.resident()):
        refused = await world.ask("GET", f"/groups/{panel}/markings/log", other)
        assert refused.status_code == (403 if other is member else 404)


async def test_the_log_stays_proved_without_a_person_who_is_erased(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member = await world.member(chair, panel)
    as_coordinator = await world.coordinator()
    granted = (await world.mark(as_coordinator, panel, member)).json()
    path = f"/staff/groups/{panel}/memberships/{member.id}/markings/withdraw"
    reason = f"because {granted['marking_id']}"
    await world.ask("POST", path, as_coordinator, {"reason": reason})
    numbers = [each["number"] for each in await own_log(world, chair, panel)]
    for person in (member, as_coordinator):
        await forget_person(resources.unit_of_work(), person.id, 9, now())
    entries = await own_log(world, chair, panel)
    assert [(each["number"], each["about"]) for each in entries] == [(number, None) for number in numbers]
    assert (await verify_log(resources.unit_of_work())).broken is None
    async with resources.engine.connect() as connection:
        assert reason not in str((await connection.execute(select(marking_details))).all())
        left = text("SELECT count(*) FROM marker_salts WHERE number = ANY(:numbers)")
        assert await connection.scalar(left, {"numbers": numbers}) == 0


async def test_nothing_of_a_group_waits_while_the_signing_process_thinks(
    world: World, chair: Principal, panel: UUID, slow_signing: SlowSigning
) -> None:
    marking = asyncio.create_task(world.mark(await world.police(), panel))
    await slow_signing.asked.wait()
    changed = await world.ask("PATCH", f"/groups/{panel}", chair, {"purpose": "Meanwhile"})
    assert changed.status_code == 200
    assert not marking.done()
    slow_signing.may_answer.set()
    assert (await marking).status_code == 201


async def test_what_changed_while_it_was_signed_is_not_marked(world: World, slow_signing: SlowSigning) -> None:
    founder = await world.resident()
    scheme = await world.group(founder, "neighbourhood_watch")
    member = await world.member(founder, scheme)
    marking = asyncio.create_task(world.mark(await world.police(), scheme, founder))
    await slow_signing.asked.wait()
    path = f"/groups/{scheme}/offices/coordinator"
    assert (await world.ask("PUT", path, founder, {"person_id": str(member.id)})).status_code == 200
    slow_signing.may_answer.set()
    assert (await marking).json()["code"] == "groups.changed_meanwhile"
    entries = (await world.ask("GET", f"/groups/{scheme}/markings", member)).json()["entries"]
    assert entries == []


def as_link(each: dict[str, Any]) -> Link:  # JSON
    hashes = (bytes.fromhex(each[name]) for name in ("digest", "previous_hash", "hash"))
    return Link(each["number"], *hashes)

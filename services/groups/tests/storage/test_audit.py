"""Every change is entered in the audit by the database itself, and an audit that was touched is found out."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.exported_audit import verify_entries, verify_exported_audit
from groups.domain.log_heads import AUDIT_TYP, verify_head
from groups.storage.audit import read_audit, read_audit_heads
from groups.storage.tables import audit_contents, audit_entries, metadata
from groups.storage.tables.audit import AUDITED, NOT_AUDITED
from groups.use_cases.ask_for_head import ask_for_head
from groups.use_cases.verify_audit import export_audit, verify_audit
from shared.auth.principal import Principal
from shared.clock import now
from shared.contracts.identity import PersonErased
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from services.groups.tests.conftest import World

EVERY = 10**6
Told = list[tuple[str | None, dict[str, Any]]]


async def length(resources: Resources) -> int:
    async with resources.unit_of_work() as uow:
        return await uow.session.scalar(select(func.max(audit_entries.c.number))) or 0


async def told_since(resources: Resources, number: int) -> Told:
    """Who did it, and what was entered, as far as it can still be opened."""
    async with resources.unit_of_work() as uow:
        entries = await read_audit(uow.session, after=number, limit=EVERY)
    return [
        (entry.actor.plain if entry.actor else None, json.loads(entry.content.plain))
        for entry in entries
        if entry.content
    ]


async def test_every_table_is_audited_or_says_why_not(resources: Resources) -> None:
    here = {table.name for table in metadata.sorted_tables if table.schema is None}
    assert set(AUDITED) | set(NOT_AUDITED) == here, "put a new table into AUDITED, or into NOT_AUDITED with a reason"
    assert not set(AUDITED) & set(NOT_AUDITED)
    triggers = text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit' AND tgenabled = 'O'")
    async with resources.engine.connect() as connection:
        assert set(await connection.scalars(triggers)) == set(AUDITED)


async def test_an_act_is_entered_with_who_did_it_and_what_it_changed(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    asker = await world.asker(chair, panel)
    before = await length(resources)
    await world.admit(chair, panel, asker)
    [(actor, said)] = await told_since(resources, before)
    assert actor == str(chair.id)
    assert (said["act"], said["table"], said["how"]) == ("admit", "memberships", "update")
    assert (said["row"]["person_id"], said["row"]["state"]) == (str(asker.id), "active")


@pytest.mark.parametrize("door", ["groups", "directory"])
async def test_who_reports_abuse_is_nobodys_to_see(
    world: World, chair: Principal, panel: UUID, resources: Resources, door: str
) -> None:
    """Not where a member used the door for everybody while they were signed in either."""
    member = await world.member(chair, panel)
    assert (await world.ask("PATCH", f"/groups/{panel}", chair, {"visibility": "visible"})).status_code == 200
    assert (await world.mark(await world.police(), panel)).status_code == 201
    before = await length(resources)
    body = {"text": "They shout at me"}
    assert (await world.ask("POST", f"/{door}/{panel}/abuse-reports", member, body)).status_code == 202
    told = await told_since(resources, before)
    assert "abuse_reports" in {said["table"] for _, said in told}
    assert str(member.id) not in str(told)


async def test_what_only_reads_or_is_refused_enters_nothing(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member = await world.member(chair, panel)
    before = await length(resources)
    for path in ("", "/memberships", "/ledger", "/offices"):
        assert (await world.ask("GET", f"/groups/{panel}{path}", member)).status_code == 200
    assert (await world.ask("PATCH", f"/groups/{panel}", member, {"name": "Mine"})).status_code == 403
    assert await told_since(resources, before) == []


async def test_a_change_that_no_use_case_made_is_entered_too(panel: UUID, resources: Resources) -> None:
    before = await length(resources)
    async with resources.engine.begin() as connection:
        await connection.execute(text("UPDATE groups SET purpose = 'By hand' WHERE id = :id"), {"id": panel})
    [(actor, said)] = await told_since(resources, before)
    assert (actor, said["act"], said["row"]["purpose"]) == (None, None, "By hand")


async def test_secrets_and_what_is_said_of_people_without_an_account_stay_out(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    before = await length(resources)
    await world.link(chair, panel)
    await world.ask("POST", f"/groups/{panel}/invitations", chair, {"email": "planted@council.example"})
    kept = {
        "name": "Planted Name",
        "how_to_reach": "Planted number",
        "consent": {"given_on": "2026-01-01", "how": "spoken"},
    }
    assert (await world.ask("POST", f"/groups/{panel}/kept-people", chair, kept)).status_code == 201
    told = await told_since(resources, before)
    assert {said["table"] for _, said in told} >= {"join_links", "invitations", "kept_people"}
    assert "lanted" not in str(told)
    assert not [said for _, said in told if {"digest", "email_tag"} & set(said["row"])]


async def test_the_service_itself_can_neither_add_nor_change_nor_remove_an_entry(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    for statement in (
        insert(audit_entries).values(
            number=10**9, entered_at=now(), content_seal=b"", digest=b"", previous_hash=b"", hash=b""
        ),
        update(audit_entries).values(digest=b""),
        delete(audit_entries),
        update(audit_contents).values(content=""),
        text("ALTER TABLE memberships DISABLE TRIGGER audit"),
    ):
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            async with resources.engine.begin() as connection:
                await connection.execute(statement)


async def test_thirty_who_change_thirty_groups_at_once_make_one_chain(world: World, resources: Resources) -> None:
    chairs = [await world.resident() for _ in range(30)]
    groups = [await world.group(chair) for chair in chairs]
    before = await length(resources)
    await asyncio.gather(
        *(
            world.ask("PATCH", f"/groups/{group}", chair, {"purpose": f"Anew {group}"})
            for chair, group in zip(chairs, groups, strict=True)
        )
    )
    assert await length(resources) == before + 30
    verdict = await verify_audit(resources.unit_of_work())
    assert (verdict.broken, verdict.entries) == (None, before + 30)


async def test_whoever_is_erased_is_in_no_entry_and_the_audit_holds(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    """P29: what proves the acts stays, without the words about them; later an id may stand there, and is nobody's."""
    member = await world.member(chair, panel)
    body = {"reason": "Planted reason about somebody"}
    assert (await world.ask("POST", f"/groups/{panel}/memberships/{member.id}/remove", chair, body)).status_code == 200
    entries = (await verify_audit(resources.unit_of_work())).entries
    await world.hear(PersonErased(person_id=member.id, version=9))
    told = await told_since(resources, 0)
    assert "Planted reason" not in str(told)
    assert str(member.id) not in {actor for actor, _ in told}
    verdict = await verify_audit(resources.unit_of_work())
    assert verdict.broken is None
    assert verdict.entries > entries


@pytest.fixture
async def kept(
    world: World, chair: Principal, panel: UUID, resources: Resources, tmp_path: Path
) -> tuple[list[str], dict[str, Any]]:
    """The audit as a file, signed to its end, and the public keys."""
    await world.ask("PATCH", f"/groups/{panel}", chair, {"purpose": "Something to enter"})
    await resources.signs.sign_head()
    with (tmp_path / "audit.jsonl").open("w") as file:
        await export_audit(resources.unit_of_work(), file)
    return (tmp_path / "audit.jsonl").read_text().splitlines(), (await world.ask("GET", "/marking-keys")).json()


async def test_a_kept_audit_is_verified_with_public_keys_alone(kept: tuple[list[str], dict[str, Any]]) -> None:
    lines, keys = kept
    verdict = verify_exported_audit(lines, keys)
    assert verdict.broken is None
    assert verdict.entries == verdict.signed_until > 0


def _edited(lines: list[str]) -> list[str]:
    said = json.loads(lines[0])
    said["content"]["plain"] = said["content"]["plain"].replace("insert", "delete")
    return [json.dumps(said), *lines[1:]]


def _redated(lines: list[str]) -> list[str]:
    said = json.loads(lines[0]) | {"entered_at": "2020-01-01T00:00:00+00:00"}
    return [json.dumps(said), *lines[1:]]


CHANGES: list[tuple[Callable[[list[str]], list[str]], str]] = [
    (_edited, "seal is over something"),
    (_redated, "says something else"),
    (lambda lines: [lines[1], lines[0], *lines[2:]], "missing"),
    (lambda lines: lines[1:], "missing"),
    (lambda lines: [line for line in lines if "digest" not in line] or lines, "missing"),
]


@pytest.mark.parametrize(("change", "why"), CHANGES, ids=["edited", "redated", "reordered", "cut", "emptied"])
async def test_a_touched_audit_names_where_it_breaks_first(
    kept: tuple[list[str], dict[str, Any]], change: Callable[[list[str]], list[str]], why: str
) -> None:
    lines, keys = kept
    broken = verify_exported_audit(change(lines), keys).broken
    assert broken is not None
    assert broken.number == 1
    assert why in broken.why


async def test_an_end_that_was_cut_off_is_missed_and_what_went_with_a_person_is_not(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    await resources.signs.sign_head()
    async with resources.unit_of_work() as uow:
        entries = list(await read_audit(uow.session, after=0, limit=EVERY))
        heads = [(head.number, head.statement) for head in await read_audit_heads(uow.session)]
    keys = (await world.ask("GET", "/marking-keys")).json()
    forgotten = [*entries[:-1], replace(entries[-1], content=None)]
    assert verify_entries(forgotten, heads, keys).broken is None  # what went with a person is missed by nobody
    cut = verify_entries(entries[:-1], heads, keys).broken
    assert cut is not None
    assert cut.number == entries[-1].link.number


async def test_a_head_of_the_markings_log_promises_nothing_of_the_audit(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    await world.mark(await world.police(), panel)
    await resources.signs.sign_head()
    statement = (await world.ask("GET", "/marking-log")).json()["heads"][-1]["statement"]
    jwks = (await world.ask("GET", "/marking-keys")).json()
    assert verify_head(statement, jwks) is not None
    assert verify_head(statement, jwks, AUDIT_TYP) is None


async def test_the_worker_has_its_end_signed(world: World, chair: Principal, panel: UUID, resources: Resources) -> None:
    await ask_for_head(resources.unit_of_work(), resources.signs, now())
    await world.ask("PATCH", f"/groups/{panel}", chair, {"purpose": "Signed soon"})
    assert await ask_for_head(resources.unit_of_work(), resources.signs, now() + timedelta(minutes=2))
    assert (await verify_audit(resources.unit_of_work())).signed_until == await length(resources)

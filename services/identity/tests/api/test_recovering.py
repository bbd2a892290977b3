"""Who lost everything comes back with the help of two fellow officers, unless the owner stops it (P30)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.errors import NotHere, RecoveryNotReady
from identity.domain.guessing import PATIENCE, Lane
from identity.storage import tables
from identity.use_cases.recover import claim_recovery, forget_old_recoveries, stop_own_recovery
from identity.use_cases.vouch import vouch
from shared.auth.principal import Principal
from shared.bus.outcomes import Done, Outcome
from shared.clock import now
from shared.contracts.groups import OfficeChanged
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from sqlalchemy import select, text, update

from services.identity.tests.conftest import PASSWORD, LinkTo, People, Person, an_address

NEW_PASSWORD = "marble kettle sunday otter"
HOUR = timedelta(hours=1)
Hear = Callable[..., Awaitable[Outcome]]
ActorOf = Callable[[Person], Principal]


class Panel:
    """A chair who lost everything, and who else holds an office of the same group."""

    def __init__(self, people: People, resources: Resources, hear: Hear, actor_of: ActorOf) -> None:
        self.people, self.resources, self.hear, self.actor_of = people, resources, hear, actor_of
        self.client = people.client
        self.group_id = new_id()

    async def holds(
        self,
        person: Person,
        office: str,
        group_id: UUID | None = None,
        *,
        version: int = 1,
        term: UUID | None = None,
        since: datetime | None = None,
        is_idle: bool = False,
    ) -> UUID:
        """Groups tells of a term: held with version 1 or while its holder is suspended, over with any later one."""
        term_id = term or new_id()
        event = OfficeChanged(
            term_id=term_id,
            group_id=group_id or self.group_id,
            person_id=person.id,
            office=office,
            rights=[] if is_idle else ["forward", "officer"],
            since=since or now() - timedelta(days=31),
            until=None if version == 1 or is_idle else now(),
            version=version,
        )
        assert await self.hear(event) == Done()
        return term_id

    async def officer(self, office: str = "secretary", group_id: UUID | None = None) -> Person:
        person = await self.people.resident()
        await self.holds(person, office, group_id)
        return person

    async def ask(self, person: Person) -> dict[str, str]:
        answer = await self.client.post("/recoveries", json={"email": person.email})
        assert answer.status_code == 202, answer.text
        asked: dict[str, str] = answer.json()
        return asked

    async def vouch(self, person: Person, reference: str) -> httpx.Response:
        return await self.client.post(f"/recoveries/{reference}/vouch", headers=person.headers)

    async def vouched(self, person: Person) -> dict[str, str]:
        """A recovery for which two fellow officers have vouched."""
        asked = await self.ask(person)
        for _ in range(2):
            assert (await self.vouch(await self.officer(), asked["reference"])).status_code == 200
        return asked

    async def has_waited(self, asked: dict[str, str]) -> None:
        """The 72 hours have passed."""
        ready = update(tables.recoveries).where(tables.recoveries.c.reference == asked["reference"])
        await self.people.change(ready.values(waits_until=now()))

    async def claim(self, claim: str, hours: float) -> None:
        moment = now() + hours * HOUR
        unit, reading = self.resources.unit_of_work(), self.resources.unit_of_work()
        await claim_recovery(unit, reading, self.resources.hasher, claim=claim, password=NEW_PASSWORD, now=moment)

    async def ledger(self, person: Person) -> list[str]:
        rows = select(tables.ledger.c.kind).where(tables.ledger.c.account_id == person.id)
        return [row.kind for row in await self.people.rows(rows.order_by(tables.ledger.c.id))]


@pytest.fixture
def panel(people: People, resources: Resources, hear: Hear, actor_of: ActorOf) -> Panel:
    return Panel(people, resources, hear, actor_of)


@pytest.fixture
async def chair(panel: Panel) -> Person:
    """The chair, with an authenticator app."""
    person = await panel.people.careful_resident()
    await panel.holds(person, "chair")
    return person


async def test_two_fellow_officers_and_three_days_give_an_account_a_new_password(
    panel: Panel, chair: Person, client: httpx.AsyncClient, link_to: LinkTo
) -> None:
    asked = await panel.vouched(chair)
    link = await link_to(chair.email)
    await panel.claim(asked["claim"], 72.1)
    assert (await client.post("/recoveries/stop", data={"secret": link})).status_code == 404
    old = await client.post("/sessions", json={"email": chair.email, "password": PASSWORD, "code": chair.code()})
    assert old.status_code == 403
    refreshed = await client.post("/sessions/refresh", json={"refresh_token": chair.refresh_token})
    assert refreshed.json()["code"] == "identity.session_over"
    signed = await client.post("/sessions", json={"email": chair.email, "password": NEW_PASSWORD})
    assert (signed.status_code, signed.json()["assurance"]) == (201, "aal1")
    kinds = ["recovery_asked", "recovery_vouched", "recovery_vouched", "recovery_waits", "recovered"]
    assert [kind for kind in await panel.ledger(chair) if kind.startswith("recover")] == kinds
    with pytest.raises(RecoveryNotReady):
        await panel.claim(asked["claim"], 73)


async def test_the_owner_is_told_each_time_and_only_the_first_times_of_a_day(
    panel: Panel, chair: Person, mailbox: Mailbox, send_mail: Callable[[], Awaitable[None]]
) -> None:
    asked = await panel.vouched(chair)
    for _ in range(5):
        await panel.ask(chair)
    await panel.has_waited(asked)
    await panel.claim(asked["claim"], 0)
    await send_mail()
    subjects = [str(mail["Subject"]) for mail in mailbox.messages(to=chair.email)]
    assert subjects.count("Somebody asked to get back into your account") == PATIENCE[Lane.MAIL].free + 1
    assert subjects.count("Two officers have vouched: your account opens in 72 hours") == 1
    assert subjects.count("Your account has a new password") == 1


async def test_a_claim_is_worth_nothing_before_two_have_vouched_and_72_hours_have_passed(
    panel: Panel, chair: Person
) -> None:
    asked = await panel.ask(chair)
    with pytest.raises(RecoveryNotReady):
        await panel.claim(asked["claim"], 100)
    one, two = await panel.officer(), await panel.officer("vice_chair")
    assert (await panel.vouch(one, asked["reference"])).json()["waits_until"] is None
    with pytest.raises(RecoveryNotReady):
        await panel.claim(asked["claim"], 100)
    assert (await panel.vouch(two, asked["reference"])).json()["waits_until"] is not None
    with pytest.raises(RecoveryNotReady):
        await panel.claim(asked["claim"], 71.9)
    await panel.claim(asked["claim"], 72.1)


async def test_an_unknown_address_and_a_staff_account_are_answered_like_a_member(
    panel: Panel, chair: Person, officer: Person
) -> None:
    answers = [await panel.ask(person) for person in (chair, officer, Person(an_address()))]
    shapes = {(frozenset(each), len(each["reference"]), len(each["claim"])) for each in answers}
    assert len(shapes) == 1
    for asked in answers[1:]:
        assert await panel.people.rows(select(tables.recoveries).filter_by(reference=asked["reference"])) == []
    refusals = set()
    for asked in answers:
        answer = await panel.client.post("/recoveries/claim", json={"claim": asked["claim"], "password": NEW_PASSWORD})
        refusals.add((answer.status_code, answer.text.replace(answer.headers.get("x-request-id", "-"), "")))
    assert {status for status, _ in refusals} == {403}
    assert all("identity.recovery_not_ready" in body for _, body in refusals)


async def test_only_fellow_officers_see_a_recovery_and_whose_it_is(panel: Panel, chair: Person) -> None:
    reference = (await panel.ask(chair))["reference"]
    fellow, neighbour = await panel.officer(), await panel.people.resident()
    other_group = await panel.officer("chair", new_id())
    forwarder = await panel.officer("forwarder")
    former = await panel.people.resident()
    await panel.holds(former, "secretary", version=2, term=await panel.holds(former, "secretary"))
    for stranger in (neighbour, other_group, forwarder, former, chair):
        looked = await panel.client.get(f"/recoveries/{reference}", headers=stranger.headers)
        vouched = await panel.vouch(stranger, reference)
        assert (looked.status_code, vouched.status_code) == (404, 404)
    seen = await panel.client.get(f"/recoveries/{reference.lower()}", headers=fellow.headers)
    assert (seen.json()["display_name"], seen.json()["vouches"]) == ("Amina Rahman", 0)


async def test_a_suspended_officer_vouches_for_nobody_while_it_lasts(panel: Panel, chair: Person) -> None:
    reference = (await panel.ask(chair))["reference"]
    fellow = await panel.people.resident()
    term = await panel.holds(fellow, "secretary")
    await panel.holds(fellow, "secretary", version=2, term=term, is_idle=True)
    assert (await panel.vouch(fellow, reference)).status_code == 404


async def test_an_officer_who_holds_no_office_any_more_is_not_recovered_by_the_others(
    panel: Panel, chair: Person
) -> None:
    member = await panel.people.resident()
    term = await panel.holds(member, "secretary")
    reference, fellow = (await panel.ask(member))["reference"], await panel.officer("vice_chair")
    await panel.holds(member, "secretary", version=2, term=term)
    await panel.holds(member, "secretary", term=term)  # an old event, late
    assert (await panel.vouch(fellow, reference)).status_code == 404
    assert (await panel.vouch(chair, reference)).status_code == 404


async def test_one_person_who_vouches_twenty_times_has_vouched_once(panel: Panel, chair: Person) -> None:
    reference, fellow = (await panel.ask(chair))["reference"], await panel.officer()
    answers = await asyncio.gather(*(panel.vouch(fellow, reference) for _ in range(20)))
    assert {(answer.status_code, answer.json()["vouches"]) for answer in answers} == {(200, 1)}
    assert (await panel.ledger(chair)).count("recovery_vouched") == 1


async def test_many_vouches_at_once_begin_one_wait(panel: Panel, chair: Person) -> None:
    reference = (await panel.ask(chair))["reference"]
    fellows = [await panel.officer() for _ in range(4)]
    answers = await asyncio.gather(*(panel.vouch(fellow, reference) for fellow in fellows))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["waits_until"] for answer in answers} - {None}) == 1
    assert (await panel.ledger(chair)).count("recovery_waits") == 1


async def test_of_two_vouches_at_once_the_second_begins_the_wait(panel: Panel, chair: Person) -> None:
    fellows = [await panel.officer(), await panel.officer()]
    references = [(await panel.ask(chair))["reference"] for _ in range(8)]
    await asyncio.gather(*(panel.vouch(fellow, reference) for reference in references for fellow in fellows))
    rows = await panel.people.rows(select(tables.recoveries).filter_by(account_id=chair.id))
    assert [row.reference for row in rows if row.waits_until is None] == []


async def test_the_owner_stops_it_by_the_mailed_link_and_a_get_does_not(
    panel: Panel, chair: Person, link_to: LinkTo, client: httpx.AsyncClient
) -> None:
    asked = await panel.vouched(chair)
    secret = await link_to(chair.email)
    assert (await client.get(f"/recoveries/stop?secret={secret}")).status_code == 200
    stopped = [await client.post("/recoveries/stop", data={"secret": secret}) for _ in range(2)]
    assert [answer.status_code for answer in stopped] == [200, 404]
    with pytest.raises(RecoveryNotReady):
        await panel.claim(asked["claim"], 80)
    assert (await panel.ledger(chair))[-1] == "recovery_stopped"
    assert (await panel.vouch(await panel.officer(), asked["reference"])).status_code == 404


async def test_the_owner_stops_every_recovery_when_signed_in(panel: Panel, chair: Person) -> None:
    claims = [(await panel.vouched(chair))["claim"] for _ in range(2)]
    for _ in range(2):
        assert (await panel.client.post("/me/recovery/stop", headers=chair.headers)).status_code == 204
    for claim in claims:
        with pytest.raises(RecoveryNotReady):
            await panel.claim(claim, 80)
    assert (await panel.ledger(chair)).count("recovery_stopped") == 1


async def test_of_twenty_claims_at_once_one_wins(panel: Panel, chair: Person) -> None:
    asked = await panel.vouched(chair)
    claims = (panel.claim(asked["claim"], 72.1) for _ in range(20))
    outcomes = await asyncio.gather(*claims, return_exceptions=True)
    assert [type(each) for each in outcomes if each is not None] == [RecoveryNotReady] * 19
    assert (await panel.ledger(chair)).count("recovered") == 1


async def test_stopping_against_claiming_ends_in_one_of_the_two(
    panel: Panel, chair: Person, actor_of: ActorOf, resources: Resources
) -> None:
    asked, owner = await panel.vouched(chair), actor_of(chair)
    at = now() + 72.1 * HOUR

    async def stop() -> None:
        await stop_own_recovery(resources.unit_of_work(), owner, now=at)

    acts = [act for _ in range(10) for act in (panel.claim(asked["claim"], 72.1), stop())]
    await asyncio.gather(*acts, return_exceptions=True)
    ends = [kind for kind in await panel.ledger(chair) if kind in {"recovered", "recovery_stopped"}]
    assert len(ends) == 1
    row = (await panel.people.rows(select(tables.recoveries).filter_by(reference=asked["reference"])))[0]
    assert (row.used_at is None) != (row.stopped_at is None)


async def test_a_recovery_runs_out_after_thirty_days(
    panel: Panel, chair: Person, resources: Resources, actor_of: ActorOf
) -> None:
    asked, fellow = await panel.vouched(chair), await panel.officer()
    later = now() + timedelta(days=31)
    with pytest.raises(RecoveryNotReady):
        await panel.claim(asked["claim"], 31 * 24)
    with pytest.raises(NotHere):
        await vouch(resources.unit_of_work(), actor_of(fellow), reference=asked["reference"], now=later)
    assert await forget_old_recoveries(resources.unit_of_work, later) >= 1
    assert await panel.people.rows(select(tables.recovery_vouches)) == []


async def test_a_weak_password_leaves_the_claim_good(panel: Panel, chair: Person, client: httpx.AsyncClient) -> None:
    asked = await panel.vouched(chair)
    await panel.has_waited(asked)
    for password in ("short", "Amina Rahman Amina Rahman"):
        answer = await client.post("/recoveries/claim", json={"claim": asked["claim"], "password": password})
        assert answer.json()["code"] == "identity.weak_password"
    good = {"claim": asked["claim"], "password": NEW_PASSWORD}
    assert (await client.post("/recoveries/claim", json=good)).status_code == 204


async def test_the_claim_rests_nowhere_readable(panel: Panel, chair: Person) -> None:
    claim = (await panel.ask(chair))["claim"]
    copy = [await panel.people.rows(select(table)) for table in tables.metadata.sorted_tables]
    assert claim not in str(copy)


async def test_an_erased_person_leaves_no_recovery(panel: Panel, chair: Person) -> None:
    asked = await panel.vouched(chair)
    await panel.client.post("/me/erasure", json={}, headers=chair.headers)
    with pytest.raises(RecoveryNotReady):
        await panel.claim(asked["claim"], 80)
    left: list[Any] = await panel.people.rows(
        text(
            "SELECT count(*) FROM recovery_vouches v LEFT JOIN recoveries r ON r.id = v.recovery_id WHERE r.id IS NULL"
        )
    )
    assert left[0][0] == 0


async def test_officers_of_yesterday_cannot_vouch(panel: Panel, chair: Person) -> None:
    """Otherwise a chair would make two friends officers today and take a neighbour's account on Thursday."""
    asked = await panel.ask(chair)
    fresh = await panel.people.resident()
    await panel.holds(fresh, "secretary", since=now() - timedelta(days=29))
    assert (await panel.vouch(fresh, asked["reference"])).status_code == 404


async def test_a_vouch_of_who_is_no_officer_any_more_counts_for_nothing(panel: Panel, chair: Person) -> None:
    asked = await panel.ask(chair)
    rogue = await panel.people.resident()
    term = await panel.holds(rogue, "vice_chair")
    for voucher in (rogue, await panel.officer()):
        assert (await panel.vouch(voucher, asked["reference"])).status_code == 200
    await panel.holds(rogue, "vice_chair", version=2, term=term)
    with pytest.raises(RecoveryNotReady):
        await panel.claim(asked["claim"], 72.1)


async def test_fellow_officers_give_no_way_to_the_staff_plane(
    panel: Panel, administrator: Person, ourwatch: str
) -> None:
    """P1: whoever gets the account back is appointed anew by an administrator, or not."""
    coordinator = await panel.people.coordinator(administrator, ourwatch)
    await panel.holds(coordinator, "chair")
    asked = await panel.vouched(coordinator)
    await panel.claim(asked["claim"], 72.1)
    ended = select(tables.appointments.c.ended_at).where(tables.appointments.c.person_id == coordinator.id)
    assert (await panel.people.rows(ended))[0].ended_at is not None


async def test_a_recovered_account_does_not_move_to_an_address_that_a_thief_asked_for(
    panel: Panel, chair: Person, client: httpx.AsyncClient, link_to: LinkTo
) -> None:
    moved = {"email": an_address("thief"), "password": PASSWORD}
    assert (await client.post("/me/email", json=moved, headers=chair.headers)).status_code == 202
    await client.post("/email-changes/confirm", data={"secret": await link_to(moved["email"])})
    asked = await panel.vouched(chair)
    await panel.claim(asked["claim"], 72.1)
    changes = select(tables.email_changes.c.account_id).where(tables.email_changes.c.account_id == chair.id)
    assert await panel.people.rows(changes) == []

"""What nobody uses is kept no longer than it is needed (P29)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.retention import Retention, months_before
from identity.storage import tables
from identity.use_cases.erase import hold_account
from identity.use_cases.keep_no_longer import erase_inactive, remove_unconfirmed, warn_inactive
from identity.use_cases.send_due_mail import SecurityMail
from shared.clock import now
from shared.servers.mailsink import Mailbox
from shared.testing.eventually import eventually
from sqlalchemy import select, text, update

from services.identity.tests.conftest import PASSWORD, POLICE_DOMAIN, LinkTo, People, Person, an_address, invite
from services.identity.tests.use_cases.test_security_mail import Postmaster, listening

KEPT = Retention()
DAY = timedelta(days=1)
# A month that began on a day which a shorter one lacks ends up to three days later than it is counted.
PAST_ITS_END = 4 * DAY
INACTIVE, ERASED = "Do you still want your OurWatch account?", "identity.person_erased.v1"


class Time:
    """Lets time pass for one account, and does what falls due."""

    def __init__(self, people: People, resources: Resources) -> None:
        self.people, self.resources = people, resources
        self.mail: SecurityMail | None = resources.security_mail

    async def away(self, person: Person, moment: datetime) -> None:
        """They were last seen then."""
        accounts = tables.accounts
        mine = update(accounts).where(accounts.c.email == person.email)
        await self.people.change(mine.values(created_at=moment, last_active_at=moment))

    async def due(self, moment: datetime) -> None:
        unit, keyring = self.resources.unit_of_work, self.resources.keyring
        while await warn_inactive(unit, KEPT, moment):
            pass
        if self.mail is not None:
            while await self.mail.send_due(unit(), moment):
                pass
        while await erase_inactive(unit, keyring, KEPT, moment):
            pass
        while await remove_unconfirmed(unit, KEPT, moment):
            pass

    async def account(self, person: Person) -> Any:  # a row, or None
        accounts = tables.accounts
        mine = accounts.c.email == person.email if person.id.int == 0 else accounts.c.id == person.id
        return next(iter(await self.people.rows(select(accounts).where(mine))), None)


@asynccontextmanager
async def refusing(email: str, time: Time) -> AsyncIterator[Postmaster]:
    """A relay that never takes a mail for this address."""
    postmaster = Postmaster({email: "550 no such mailbox"})
    async with listening(postmaster, time.resources.keyring) as time.mail:
        yield postmaster


async def waiting(people: People, person: Person) -> list[int]:
    """How often the notice that waits for them was tried; nothing where none does."""
    queue = tables.mail_queue.c
    mine = select(queue.attempts).where(queue.account_id == person.id, queue.kind == "inactive")
    return [row.attempts for row in await people.rows(mine)]


@pytest.fixture
def time(people: People, resources: Resources) -> Time:
    return Time(people, resources)


@pytest.mark.parametrize(
    ("moment", "months", "earlier"),
    [
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 1, 15), 24, (2024, 1, 15)),
        ((2024, 2, 29), 12, (2023, 2, 28)),
        ((2026, 12, 31), -2, (2027, 2, 28)),
    ],
)
def test_months_are_counted_as_people_count_them(
    moment: tuple[int, int, int], months: int, earlier: tuple[int, int, int]
) -> None:
    assert months_before(datetime(*moment, tzinfo=UTC), months) == datetime(*earlier, tzinfo=UTC)


async def test_a_member_who_was_away_for_23_months_is_told_once_and_erased_a_month_later(
    people: People, time: Time, mailbox: Mailbox
) -> None:
    person, today = await people.resident(), now()
    await time.away(person, months_before(today, 23) + DAY)
    await time.due(today)
    assert (await time.account(person)).warned_at is None
    for days in (2, 3):
        await time.due(today + days * DAY)
    told = [mail for mail in mailbox.messages(to=person.email) if mail["Subject"] == INACTIVE]
    assert len(told) == 1
    await time.due(months_before(today + 1 * DAY, -1))
    assert (await time.account(person)).state == "active"
    await time.due(months_before(today + 8 * DAY, -1))
    assert (await time.account(person)).state == "erased"
    assert [each["type"] for each in await people.told(person.id)][-1] == ERASED


async def test_whoever_comes_back_stays_and_is_told_again_the_next_time(people: People, time: Time) -> None:
    person, today = await people.resident(), now()
    await time.away(person, months_before(today, 23) - DAY)
    await time.due(today)
    warned_at = (await time.account(person)).warned_at
    await time.away(person, today + 3 * DAY)
    await time.due(months_before(today + 9 * DAY, -1))
    assert (await time.account(person)).state == "active"
    later = months_before(today + 5 * DAY, -23)
    await time.due(later)
    assert (await time.account(person)).warned_at == later > warned_at


async def test_nobody_is_erased_who_was_not_told_a_month_before(people: People, time: Time) -> None:
    person, today = await people.resident(), now()
    await time.away(person, months_before(today, 40))
    await time.due(today)
    await time.due(today + 20 * DAY)
    assert (await time.account(person)).state == "active"
    await time.due(months_before(today, -1) + PAST_ITS_END)
    assert (await time.account(person)).state == "erased"


async def test_a_notice_that_is_not_taken_keeps_the_account_and_is_tried_again(people: People, time: Time) -> None:
    person, today = await people.resident(), now()
    await time.away(person, months_before(today, 40))
    async with refusing(person.email, time) as postmaster:
        await time.due(today)
        assert await waiting(people, person) == [0]  # given up for now, and begun anew
        for days in (31, 62):
            await time.due(today + days * DAY)
        assert (await time.account(person)).state == "active"
        postmaster.answers.clear()
        await time.due(told := today + 93 * DAY)
        assert await waiting(people, person) == []
        await time.due(months_before(told, -1) - DAY)
        assert (await time.account(person)).state == "active"
        await time.due(months_before(told, -1) + PAST_ITS_END)
    assert (await time.account(person)).state == "erased"


async def test_who_cannot_be_told_for_half_a_year_more_is_erased(people: People, time: Time) -> None:
    person, today = await people.resident(), now()
    await time.away(person, months_before(today, 40))
    async with refusing(person.email, time):
        await time.due(today)
        await time.due(months_before(today, -7) - DAY)
        assert (await time.account(person)).state == "active"
        await time.due(months_before(today, -7) + PAST_ITS_END)
    assert (await time.account(person)).state == "erased"
    assert await waiting(people, person) == []


async def test_whoever_came_back_is_not_told_that_they_were_away(people: People, time: Time, mailbox: Mailbox) -> None:
    person, today = await people.resident(), now()
    await time.away(person, months_before(today, 24))
    time.mail, sending = None, time.mail
    await time.due(today)
    assert await waiting(people, person) == [0]
    await people.sign_in(person)
    time.mail = sending
    await time.due(today)
    assert await waiting(people, person) == []
    assert INACTIVE not in [mail["Subject"] for mail in mailbox.messages(to=person.email)]


async def test_one_who_cannot_be_erased_holds_up_no_other(people: People, time: Time) -> None:
    bad, good, today = await people.resident(), await people.resident(), now()
    for person in (bad, good):
        await time.away(person, months_before(today, 40))
    await time.due(today)
    # As after a mistake by hand: no version follows this one.
    accounts = tables.accounts
    await people.change(update(accounts).where(accounts.c.id == bad.id).values(version=2**31 - 1))
    later = months_before(today, -1) + PAST_ITS_END
    await time.due(later)
    assert [(await time.account(person)).state.value for person in (bad, good)] == ["active", "erased"]
    await people.change(update(accounts).where(accounts.c.id == bad.id).values(version=9))
    await time.due(later)
    assert (await time.account(bad)).state == "erased"


async def test_who_signs_in_while_being_looked_at_is_not_erased(
    people: People, time: Time, resources: Resources
) -> None:
    person, today = await people.resident(), now()
    await time.away(person, months_before(today, 40))
    await time.due(today)
    later = months_before(today, -1) + PAST_ITS_END
    async with (signing_in := resources.unit_of_work()):
        account = await hold_account(signing_in, person.id)
        assert account is not None
        erasing = asyncio.create_task(erase_inactive(resources.unit_of_work, resources.keyring, KEPT, later))

        async def waits() -> bool:
            return bool((await people.rows(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))[0][0])

        await eventually(waits)
        account.last_active_at = later
    await erasing
    assert (await time.account(person)).state == "active"


async def test_a_registration_that_nobody_confirms_goes_after_seven_days_and_frees_its_address(
    client: httpx.AsyncClient, people: People, time: Time, link_to: LinkTo
) -> None:
    person = Person(an_address())
    await client.post("/accounts", json={"email": person.email, "password": PASSWORD, "display_name": "Amina"})
    await link_to(person.email)
    [(person.id,)] = await people.rows(select(tables.accounts.c.id).where(tables.accounts.c.email == person.email))
    await time.due(now() + 6 * DAY)
    assert (await time.account(person)).state == "registered"
    await time.due(now() + 8 * DAY)
    erased = await time.account(person)
    assert (erased.state, erased.display_name) == ("erased", "")
    assert [each["type"] for each in await people.told(person.id)][-1] == ERASED
    sealed = select(tables.erasures.c.sealed_address).where(tables.erasures.c.person_id == person.id)
    assert (await people.rows(sealed))[0].sealed_address is None  # nobody writes to who never said that it is theirs
    again = await people.resident(person.email)
    assert again.id != person.id


async def test_a_registration_that_was_renewed_stays_while_its_link_works(
    client: httpx.AsyncClient, people: People, time: Time, link_to: LinkTo
) -> None:
    person = Person(an_address())
    await client.post("/accounts", json={"email": person.email, "password": PASSWORD, "display_name": "Amina"})
    secret = await link_to(person.email)
    await time.away(person, now() - 8 * DAY)
    await time.due(now())
    confirmed = await client.post("/accounts/confirm", data={"secret": secret, "password": PASSWORD})
    assert confirmed.status_code == 200


async def test_a_staff_invitation_that_nobody_opens_leaves_an_id_and_frees_its_address(
    people: People, time: Time, administrator: Person, force: str, link_to: LinkTo
) -> None:
    person = Person(an_address("officer", POLICE_DOMAIN))
    await invite(people, administrator, person.email, force)
    await link_to(person.email)
    [(person.id,)] = await people.rows(select(tables.accounts.c.id).where(tables.accounts.c.email == person.email))
    await time.due(now() + 6 * DAY)
    assert (await time.account(person)).state == "registered"
    await time.due(now() + 8 * DAY)
    left = await time.account(person)
    assert (left.state, left.display_name) == ("erased", "")
    assert await people.told(person.id) == []
    listed = await people.client.get("/staff/accounts", params={"limit": 100}, headers=administrator.headers)
    assert str(person.id) not in listed.text
    assert (await people.resident(person.email)).email == person.email

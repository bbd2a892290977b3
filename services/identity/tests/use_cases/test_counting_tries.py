"""Tries are counted by lane: waits that grow, a most of each day, and successes that were no failures."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from identity.bootstrap import Resources
from identity.domain.errors import PasswordRefused, SessionOver, TooManyTries
from identity.domain.guessing import PATIENCE, Lane
from identity.storage import tables
from identity.use_cases.keep_no_longer import tidy
from shared.clock import now
from shared.ids import new_id

from services.identity.tests.conftest import People, an_address
from services.identity.tests.counted_tries import failures_of


async def test_whoever_came_a_little_earlier_is_not_held_off_by_a_later_one(resources: Resources) -> None:
    about, moment = new_id().hex, now()
    assert await guess_at(resources, about, "later", moment)
    assert await guess_at(resources, about, "earlier", moment - timedelta(milliseconds=5))


async def test_what_came_to_no_refusal_is_no_failure(resources: Resources, people: People) -> None:
    about, moment = new_id().hex, now()
    for number in range(12):
        with suppress(SessionOver):
            async with resources.counting.counted({Lane.CODE: about}, f"right {number}", moment):
                raise SessionOver
    assert await failures_of(people, resources.keyring.lane(Lane.CODE, about)) == 0


async def test_a_success_opens_the_lane_at_once(resources: Resources) -> None:
    about, moment = new_id().hex, now()
    assert [await guess_at(resources, about, f"wrong {n}", moment) for n in range(7)] == [True] * 6 + [False]
    a_second_later = moment + timedelta(seconds=1)
    async with resources.counting.counted({Lane.ACCOUNT: about}, "the right one", a_second_later):
        pass
    assert await guess_at(resources, about, "wrong again", a_second_later)


async def guess_at(resources: Resources, about: str, guess: str, moment: datetime, lane: Lane = Lane.ACCOUNT) -> bool:
    """A wrong guess; False where it was held off."""
    try:
        async with resources.counting.counted({lane: about}, guess, moment):
            raise PasswordRefused
    except PasswordRefused:
        return True
    except TooManyTries:
        return False


async def a_patient_guesser(resources: Resources, lane: Lane) -> tuple[int, list[int]]:
    """What is looked at in a day of somebody who comes back whenever the lane opens, and the seconds of each wait."""
    about, begun, looked_at, waits = new_id().hex, now(), 0, list[int]()
    moment, end = begun, begun + timedelta(hours=24)
    while moment < end:
        try:
            async with resources.counting.counted({lane: about}, new_id().hex, moment):
                raise PasswordRefused
        except PasswordRefused:
            looked_at += 1
        except TooManyTries as refused:
            wait = refused.retry_after or 0
            waits.append(wait)
            moment += timedelta(seconds=wait)
    return looked_at, waits


async def test_a_stranger_a_session_and_a_known_device_have_a_hundred_guesses_a_day_together(
    resources: Resources,
) -> None:
    lanes = (Lane.ACCOUNT, Lane.CODE, Lane.DEVICE)
    assert sum([(await a_patient_guesser(resources, lane))[0] for lane in lanes]) == 100


async def test_each_wait_is_twice_the_one_before_up_to_a_quarter_of_an_hour(resources: Resources) -> None:
    _, waits = await a_patient_guesser(resources, Lane.ACCOUNT)
    assert waits[:12] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


@pytest.mark.parametrize("lane", [Lane.ACCOUNT, Lane.CODE, Lane.DEVICE])
async def test_after_the_most_failures_of_a_lane_the_day_is_over(
    resources: Resources, people: People, lane: Lane
) -> None:
    about, begun = new_id().hex, now()
    assert await guess_at(resources, about, "first", begun, lane)
    all_but_one = {"failures": PATIENCE[lane].most - 1, "closed_until": None}
    name = resources.keyring.lane(lane, about)
    await people.change(tables.tries.update().where(tables.tries.c.lane == name).values(all_but_one))
    assert await guess_at(resources, about, "the last", begun, lane)
    assert not await guess_at(resources, about, "another", begun + timedelta(hours=23), lane)
    tomorrow = [await guess_at(resources, about, f"tomorrow {n}", begun + timedelta(hours=24), lane) for n in range(8)]
    assert tomorrow == [True] * 6 + [False] * 2


async def test_the_same_guess_asked_again_at_once_is_one_try(resources: Resources, people: People) -> None:
    about, moment = new_id().hex, now()
    assert await asyncio.gather(*(guess_at(resources, about, "the same", moment) for _ in range(20))) == [True] * 20
    assert await failures_of(people, resources.keyring.lane(Lane.ACCOUNT, about)) == 1


async def test_the_same_guess_more_than_ten_seconds_later_is_another_try(resources: Resources, people: People) -> None:
    """A code that was wrong may be right by then."""
    about, moment = new_id().hex, now()
    for seconds, counted in ((0, 1), (10, 1), (11, 2)):
        await guess_at(resources, about, "the same", moment + timedelta(seconds=seconds))
        assert await failures_of(people, resources.keyring.lane(Lane.ACCOUNT, about)) == counted


async def test_failures_in_one_lane_close_no_other(resources: Resources) -> None:
    about, moment = new_id().hex, now()
    assert [await guess_at(resources, about, f"wrong {n}", moment) for n in range(7)] == [True] * 6 + [False]
    for lane in (Lane.CODE, Lane.DEVICE, Lane.SOURCE):
        assert await guess_at(resources, about, "wrong", moment, lane)


@pytest.mark.parametrize("lane", [Lane.ACCOUNT, Lane.DEVICE, Lane.CODE])
async def test_taking_back_never_gives_more_than_was_counted(resources: Resources, people: People, lane: Lane) -> None:
    """Otherwise who knows the password would clean the lane for guesses at the code."""
    about, moment = new_id().hex, now()
    for number in range(4):
        with suppress(PasswordRefused):
            async with resources.counting.counted({lane: about}, f"wrong code {number}", moment):
                raise PasswordRefused
    for _ in range(5):
        guess = "the password without a code"
        async with (
            resources.counting.counted({lane: about}, guess, moment) as attempt,
            (uow := resources.unit_of_work()),
        ):
            await attempt.succeeded(uow)
    assert await failures_of(people, resources.keyring.lane(lane, about)) == 4


async def test_tries_under_way_during_a_reset_give_nothing_beyond_it(resources: Resources, people: People) -> None:
    email, moment = an_address(), now()
    about = f"{email}\n"
    async with (
        resources.counting.counted({Lane.ACCOUNT: about}, "one", moment),
        resources.counting.counted({Lane.ACCOUNT: about}, "two", moment),
        (uow := resources.unit_of_work()),
    ):
        await resources.counting.open_lane(uow, email, "", moment)
    assert await failures_of(people, resources.keyring.lane(Lane.ACCOUNT, about)) == 0


async def test_two_who_count_in_the_same_lanes_never_wait_for_each_other(resources: Resources) -> None:
    account, source = (Lane.ACCOUNT, new_id().hex), (Lane.SOURCE, new_id().hex)

    async def count(*lanes: tuple[Lane, str]) -> None:
        with suppress(TooManyTries):
            async with resources.counting.counted(dict(lanes), new_id().hex, now()):
                pass

    await asyncio.gather(*(count(*each) for _ in range(30) for each in ((account, source), (source, account))))


async def test_lanes_that_no_longer_matter_are_removed(resources: Resources, people: People) -> None:
    about, lately = new_id().hex, new_id().hex
    await guess_at(resources, about, "long ago", now() - timedelta(days=2))
    await guess_at(resources, lately, "just now", now() - timedelta(hours=23))
    while await tidy(resources.unit_of_work, now()):
        pass
    assert await failures_of(people, resources.keyring.lane(Lane.ACCOUNT, about)) == 0
    assert await failures_of(people, resources.keyring.lane(Lane.ACCOUNT, lately)) == 1

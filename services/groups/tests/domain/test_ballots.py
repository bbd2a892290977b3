"""How many it takes, who wins, and how the lot falls."""

import hashlib
from uuid import UUID

import pytest
from groups.domain.ballots import Choice, Outcome, askers_needed, count, draw_lot
from groups.domain.meeting_results import objections_needed
from shared.ids import timeless_id


@pytest.mark.parametrize(("members", "needed"), [(1, 3), (9, 3), (10, 3), (11, 4), (20, 6), (21, 7), (100, 30)])
def test_thirty_percent_and_three_at_least_ask_for_a_ballot(members: int, needed: int) -> None:
    assert askers_needed(members) == needed


@pytest.mark.parametrize(("others", "needed"), [(0, 1), (1, 1), (2, 2), (3, 3), (50, 3)])
def test_three_object_or_all_the_others(others: int, needed: int) -> None:
    assert objections_needed(others) == needed


def test_most_votes_win_among_those_who_still_belong() -> None:
    gone, second, third = timeless_id(), timeless_id(), timeless_id()
    given = [gone] * 5 + [second] * 3 + [third] * 2
    choices = [Choice(f"receipt {number}", nomination) for number, nomination in enumerate(given)]
    result = count(choices, {second, third})
    assert (result.outcome, result.elected, result.is_by_lot) == (Outcome.ELECTED, second, False)
    assert count(choices, set()).outcome is Outcome.NOBODY_LEFT
    assert count([], {second}).outcome is Outcome.NOBODY_VOTED


def test_a_tie_is_drawn_as_anybody_draws_it_again_from_the_receipts() -> None:
    tied = [UUID(int=number, version=4) for number in range(1, 4)]
    seen = set()
    for run in range(50):
        receipts = [f"{run}-{voter}" for voter in range(6)]
        choices = [Choice(receipt, tied[number % 3]) for number, receipt in enumerate(receipts)]
        result = count(choices, tied)
        digest = hashlib.sha256("\n".join(sorted(receipts)).encode()).hexdigest()
        assert result.elected == sorted(tied, key=str)[int(digest, 16) % 3]
        assert result.is_by_lot
        assert draw_lot(reversed(tied), reversed(receipts)) == result.elected
        seen.add(result.elected)
    assert seen == set(tied)

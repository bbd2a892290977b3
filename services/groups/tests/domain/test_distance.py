"""Who may not mark what (P6)."""

import pytest
from groups.domain.errors import CannotMarkYourOwnGroup, CannotMarkYourself, OnePersonMarksOnce
from groups.domain.markings import Human, Subject, SubjectKind, check_distance
from shared.ids import new_id

PERSON, ACCOUNT = new_id(), new_id()
HUMAN = Human(frozenset({PERSON, ACCOUNT}))
GROUP = Subject(SubjectKind.GROUP, new_id(), None)


def test_nobody_marks_themselves_under_any_account() -> None:
    subject = Subject(SubjectKind.MEMBER, new_id(), PERSON)
    with pytest.raises(CannotMarkYourself):
        check_distance(HUMAN, subject, officers=[], markers_of_other_authority=[])


def test_nobody_marks_a_group_in_which_they_hold_an_office() -> None:
    with pytest.raises(CannotMarkYourOwnGroup):
        check_distance(HUMAN, GROUP, officers=[new_id(), PERSON], markers_of_other_authority=[])


def test_one_human_does_not_mark_for_both_authorities() -> None:
    with pytest.raises(OnePersonMarksOnce):
        check_distance(HUMAN, GROUP, officers=[], markers_of_other_authority=[ACCOUNT])


def test_everybody_else_may_mark() -> None:
    check_distance(HUMAN, GROUP, officers=[new_id()], markers_of_other_authority=[new_id()])

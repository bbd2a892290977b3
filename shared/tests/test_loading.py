"""The collector rests while a process loads, and works afterwards, whatever became of the loading."""

import gc

import pytest
from shared.loading import loading


def _is_looked_through(thing: object) -> bool:
    return any(each is thing for each in gc.get_objects())


def test_nothing_is_collected_meanwhile_and_what_was_loaded_is_not_looked_through_again() -> None:
    before: list[object] = [{}]
    with loading():
        assert not gc.isenabled()
        loaded: list[object] = [{}]
        assert _is_looked_through(loaded)
    after: list[object] = [{}]
    assert gc.isenabled()
    assert [_is_looked_through(each) for each in (before, loaded, after)] == [False, False, True]


def test_a_start_that_fails_leaves_the_collector_at_work() -> None:
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.isenabled()

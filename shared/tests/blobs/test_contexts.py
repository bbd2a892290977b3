"""Two different lists of parts never give one context."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared.blobs.contexts import SUITE, context

parts = st.lists(st.text(max_size=4) | st.binary(max_size=4) | st.integers(-300, 300), max_size=4)


@given(parts, parts)
def test_contexts_are_equal_only_where_the_parts_are(one: list[str], other: list[str]) -> None:
    assert (context(*one) == context(*other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("ab", "c"), ("a", "bc")), (("1",), (1,)), ((b"a",), ("a",)), (("",), ()), (("a", ""), ("", "a"))],
)
def test_parts_that_join_alike_are_told_apart(
    one: tuple[str | bytes | int, ...], other: tuple[str | bytes | int, ...]
) -> None:
    assert context(*one) != context(*other)


def test_a_context_begins_with_the_suite() -> None:
    assert context("group").startswith(b"b" + len(SUITE).to_bytes(8, "big") + SUITE)


@pytest.mark.parametrize("part", [True, None, 1.5, ["a"]])
def test_what_has_no_exact_bytes_is_refused(part: object) -> None:
    with pytest.raises(TypeError, match="no place"):
        context(part)  # type: ignore[arg-type]  # the point of the test

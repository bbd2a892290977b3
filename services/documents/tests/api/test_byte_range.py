"""Which part of a content a `Range` header asks for (RFC 9110, 14.1.2 and 14.2)."""

import pytest
from documents.api.byte_range import NotSatisfiable, asked_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-", (0, 9)),
        ("bytes=0-4", (0, 4)),
        ("bytes=4-100", (4, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-100", (0, 9)),
        ("BYTES=1-1", (1, 1)),
        ("bytes=-", None),
        ("bytes=4-2", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
    ],
)
def test_one_range_is_honoured_and_anything_else_is_the_whole(header: str | None, part: tuple[int, int] | None) -> None:
    assert asked_range(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_range_without_a_byte_is_refused(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        asked_range(header, 10)

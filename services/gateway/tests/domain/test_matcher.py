"""Which row a request finds."""

import re

import pytest
from gateway.domain.decide import Matcher, MethodNotAllowed
from gateway.domain.errors import NoSuchRoute
from gateway.domain.policy import ROWS
from gateway.domain.rows import Row

MATCHER = Matcher(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_finds_itself(row: Row) -> None:
    names = re.findall(r"\{(\w+)\}", row.path)
    path = re.sub(r"\{(\w+)\}", r"a-\1", row.path)
    match = MATCHER.match(row.method, path)
    assert match.row is row
    assert match.parameters == {name: f"a-{name}" for name in names}


def test_a_literal_path_wins_over_a_placeholder() -> None:
    assert MATCHER.match("GET", "/groups/mine").row.id == "my_groups"
    assert MATCHER.match("GET", "/groups/mines").row.id == "read_group"
    with pytest.raises(MethodNotAllowed):
        MATCHER.match("PATCH", "/groups/mine")


def test_another_method_is_told_which_there_are() -> None:
    with pytest.raises(MethodNotAllowed) as told:
        MATCHER.match("DELETE", "/groups/a/documents")
    assert told.value.allowed == ["GET", "POST"]


@pytest.mark.parametrize(
    "path",
    [
        "/", "/nothing", "/groups/", "/groups/a/b", "/me/", "/ME", "//me", "/groups/a.b", "/groups/a/documents/x/y",
        "/groups/" + "a" * 65, "/groups/ä", "/groups/a\n", "/internal/passes", "/internal/revocations?since=",
        "/openapi.json",
        "/docs", "/metrics", "/staff", "/groups/١",
    ],
)  # fmt: skip
def test_no_row_no_entry(path: str) -> None:
    with pytest.raises(NoSuchRoute):
        MATCHER.match("GET", path)

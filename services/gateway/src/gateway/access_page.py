"""ACCESS.md: the policy table as a page that somebody who answers for data protection can read and sign."""

from collections.abc import Iterator
from datetime import timedelta

from gateway.domain.policy import FORBIDDEN, ROWS
from gateway.domain.rows import BodyLimit, Proof, Row, Who

_COLUMNS = tuple(Who)
_PROOFS = {
    None: "",
    Proof.GROUP_PASS: "member of this group",
    Proof.MEMBERSHIPS_PASS: "the person's own groups",
    Proof.JURISDICTION_PASS: "group in assigned areas",
}
_SIZES = {
    BodyLimit.NONE: "none",
    BodyLimit.FORM: "16 KiB",
    BodyLimit.TABLE: "64 KiB",
    BodyLimit.JSON: "1 MiB",
    BodyLimit.ATTACHMENT: "25 MiB",
    BodyLimit.DOCUMENT: "1 GiB",
}


def access_page() -> str:
    """The page in Markdown. `python -m gateway access` prints it; a test holds the committed file against it."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Who reaches what"
    yield ""
    yield "Made from the policy table by `python -m gateway access`; not edited by hand. What is not listed is refused."
    yield "Each service checks again for itself who asks and what that person may do."
    yield "Staff sessions have two factors on every route, save where it says *not needed*."
    yield ""
    yield "## Never, whatever a row says"
    yield ""
    for rule in FORBIDDEN:
        people = ", ".join(who.value.replace("_", " ") for who in _COLUMNS if who in rule.who)
        yield f"* **{rule.service}** is closed to: {people}."
    for service in ("identity", "groups", "documents", "messaging"):
        yield ""
        yield f"## {service}"
        yield ""
        yield (
            "| what | route | "
            + " | ".join(w.value.replace("_", " ") for w in _COLUMNS)
            + " | second factor | proof | body |"
        )
        yield "|---|---|" + "---|" * (len(_COLUMNS) + 3)
        yield from (_line(row) for row in ROWS if row.service == service)


def _line(row: Row) -> str:
    barred = frozenset[Who]().union(*(rule.who for rule in FORBIDDEN if rule.service == row.service))
    marks = " | ".join("yes" if who in row.who - barred else "no" for who in _COLUMNS)
    what = row.id.replace("_", " ")
    return (
        f"| {what} | `{row.method} {row.path}` | {marks} | {_second_factor(row)} "
        f"| {_PROOFS[row.proof]} | {_SIZES[row.body]} |"
    )


def _second_factor(row: Row) -> str:
    if row.one_factor_suffices:
        return "not needed"
    return _within(row.second_factor_within) if row.second_factor_within is not None else ""


def _within(limit: timedelta) -> str:
    minutes = int(limit.total_seconds()) // 60
    return f"within {minutes} min" if minutes < 60 else f"within {minutes // 60} h"

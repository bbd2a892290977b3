"""The public log as somebody kept it: the answers of `GET /marking-log`, one a line."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from groups.domain.log_heads import TYP, verify_head
from groups.domain.marking_log import Break, Link, check_log
from groups.domain.statements import Jwks


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries there are, up to which number they are signed, and where the log breaks first, if it does."""

    entries: int
    signed_until: int
    broken: Break | None


class NotAnExport(Exception):
    """A file that holds something else than answers of `GET /marking-log`."""


def verify_export(lines: Iterable[str], jwks: Jwks) -> Verdict:
    """Whether a kept log holds, with the public keys alone; NotAnExport for what is none."""
    try:
        pages = [json.loads(line) for line in lines if line.strip()]
        links = [_link(each) for page in pages for each in page["entries"]]
        heads = [(each["number"], each["statement"]) for page in pages for each in page["heads"]]
    except (KeyError, TypeError, ValueError) as error:
        raise NotAnExport from error
    return verify(links, heads, jwks)


def verify(
    links: Iterable[Link], heads: Iterable[tuple[int, str]], jwks: Jwks, *, typ: str = TYP, edited: Break | None = None
) -> Verdict:
    """Whether the links hold, and the signed heads, each given as number and statement, agree with them.

    `edited` is the first entry that says something else than what was hashed, for who read what entries say.
    """
    log = list(links)
    signed = [(number, verify_head(statement, jwks, typ)) for number, statement in heads]
    genuine = [head for number, head in signed if head is not None and head.number == number]
    forged = [number for number, head in signed if head is None or head.number != number]
    unsigned = [Break(number, "its head is not signed by the log's key") for number in forged]
    found = [edited, check_log(log, genuine), *unsigned]
    broken = min((each for each in found if each is not None), key=lambda each: each.number, default=None)
    return Verdict(len(log), max((head.number for head in genuine), default=0), broken)


def _link(said: dict[str, object]) -> Link:
    number = said["number"]
    if type(number) is not int or number < 0:
        raise ValueError("an entry has no number")
    digest, previous, of_all = (bytes.fromhex(str(said[name])) for name in ("digest", "previous_hash", "hash"))
    return Link(number, digest, previous, of_all)

"""Groups, their members and officers, and how each is marked. What a ward holds depends on nothing but this file."""

import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from groups.domain.groups import OFFICES, GroupState, Kind, Visibility, WhoSeesMembers
from groups.domain.markings import LIFE, Authority, Change, Entry, SubjectKind
from groups.domain.memberships import MembershipState
from shared.ids import new_id

from tests.bench.country.places import Ward

GROUPS_PER_WARD = 25
MEMBERS_PER_GROUP = 20
_YEAR = timedelta(days=365)
_SYLLABLES = [first + vowel for first in "bcdfghklmnprstvw" for vowel in "aeiou"]
_KIND_IN_NAMES = {
    Kind.WARD_PANEL: "Ward Panel",
    Kind.COMMUNITY_GROUP: "Residents' Association",
    Kind.NEIGHBOURHOOD_WATCH: "Neighbourhood Watch",
}


@dataclass(frozen=True, slots=True)
class Founded:
    """The group in that place, from 0, of its ward. Its leader's membership is the one that was there first."""

    id: UUID
    ward: Ward
    place: int
    leader: UUID
    leader_membership: UUID
    deputy: UUID

    @property
    def kind(self) -> Kind:
        return {0: Kind.WARD_PANEL, 1: Kind.COMMUNITY_GROUP, 2: Kind.COMMUNITY_GROUP}.get(
            self.place, Kind.NEIGHBOURHOOD_WATCH
        )

    @property
    def street(self) -> str:
        """A word that no other group has in its name."""
        word, rest = "", self.ward.number * GROUPS_PER_WARD + self.place
        for _ in range(4):
            rest, syllable = divmod(rest, len(_SYLLABLES))
            word += _SYLLABLES[syllable]
        return word.capitalize()

    @property
    def name(self) -> str:
        return f"{self.street} Road {_KIND_IN_NAMES[self.kind]}"

    @property
    def is_visible(self) -> bool:
        return self.place % 5 != 1

    @property
    def is_marked(self) -> bool:
        return self.place % 4 != 2


def found(wards: Sequence[Ward]) -> list[Founded]:
    """The groups in the order in which they were founded: neighbours of one ward years apart, kinds mixed."""
    places = [(ward, place) for ward in wards for place in range(GROUPS_PER_WARD)]
    random.Random(len(places)).shuffle(places)
    return [Founded(new_id(), ward, place, new_id(), new_id(), new_id()) for ward, place in places]


def group_rows(groups: Sequence[Founded], now: datetime) -> Iterator[tuple[object, ...]]:
    """id, kind, name, purpose, visibility, area, state, founded_at, version, who_sees_members."""
    for group in groups:
        visibility = Visibility.VISIBLE if group.is_visible else Visibility.HIDDEN
        seen_by = WhoSeesMembers.ALL if group.kind is Kind.WARD_PANEL else WhoSeesMembers.OFFICERS
        words = (group.kind, group.name, f"Neighbours of {group.street} Road look out for one another", visibility)
        yield group.id, *words, group.ward.code, GroupState.ACTIVE, now - 5 * _YEAR, 1, seen_by


def member_rows(groups: Sequence[Founded], now: datetime) -> Iterator[tuple[object, ...]]:
    """id, group_id, person_id, state, since, version: in the order of joining, so that no group lies in one place."""
    for joined in range(MEMBERS_PER_GROUP):
        for group in groups:
            membership = group.leader_membership if joined == 0 else new_id()
            person = (group.leader, group.deputy, None)[min(joined, 2)] or new_id()
            since = now - 5 * _YEAR + joined * timedelta(days=60)
            yield membership, group.id, person, MembershipState.ACTIVE, since, 2


def term_rows(groups: Sequence[Founded], now: datetime) -> Iterator[tuple[object, ...]]:
    """id, group_id, person_id, office, since, until, last_seen_on, shown_factor_at, version.

    A leader, a deputy, sometimes a former one."""
    for group in groups:
        leading, deputy, *_ = OFFICES[group.kind]
        yield new_id(), group.id, group.leader, leading, now - _YEAR, None, now.date(), now, 1
        yield new_id(), group.id, group.deputy, deputy, now - _YEAR, None, None, now, 1
        if group.place % 3 == 0:
            yield new_id(), group.id, group.deputy, leading, now - 3 * _YEAR, now - _YEAR, None, now, 2


def change_rows(groups: Sequence[Founded], now: datetime) -> Iterator[tuple[object, ...]]:
    """id, group_id, what, changed_at."""
    for group in groups:
        if group.place % 6 == 0:
            yield new_id(), group.id, Change.NAME, now - timedelta(days=group.place)


def marking_rows(groups: Sequence[Founded], first: int, now: datetime) -> Iterator[tuple[object, ...]]:
    """Rows of `marking_entries` from that number on; their hashes are no log's: nobody verifies it here."""
    number, previous = first, secrets.token_bytes(32)
    for group in groups:
        for marking_id, entry, authority, entered_at, kind, subject in _entries(group, now):
            sealed = [secrets.token_bytes(32) for _ in range(4)]
            about = (marking_id, entry, group.id, kind, subject, authority, new_id(), new_id())
            yield number, *about, entered_at, entered_at + LIFE, False, *sealed[:3], previous, sealed[3]
            number, previous = number + 1, sealed[3]


def _entries(group: Founded, now: datetime) -> Iterator[tuple[UUID, Entry, Authority, datetime, SubjectKind, UUID]]:
    if not group.is_marked:
        return
    expired, withdrawn, current = new_id(), new_id(), new_id()
    itself = (SubjectKind.GROUP, group.id)
    if group.place % 10 == 7:
        yield expired, Entry.GRANT, Authority.POLICE, now - 4 * _YEAR, *itself
    if group.place % 8 == 3:
        yield withdrawn, Entry.GRANT, Authority.OURWATCH, now - 2 * _YEAR, *itself
        yield withdrawn, Entry.WITHDRAWAL, Authority.OURWATCH, now - _YEAR, *itself
    yield current, Entry.GRANT, Authority.POLICE, now - _YEAR / 2, *itself
    if group.place % 2 == 0:
        yield new_id(), Entry.GRANT, Authority.OURWATCH, now - _YEAR / 3, *itself
    if group.kind is Kind.NEIGHBOURHOOD_WATCH:
        yield (
            new_id(), Entry.GRANT, Authority.POLICE, now - _YEAR / 4,
            SubjectKind.SCHEME_COORDINATOR, group.leader_membership,
        )  # fmt: skip

"""An audience as SQL: who is in it now, one row for each person and mailbox, set-wise (P25)."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from messaging.domain.audience import Audience, Part, PartKind

# Each gives tag, email, person_id and area, of whoever has a mailbox and whose tag fits `{tags}`. `{at}` tells what is
# included from what is left out. Nobody is written to for a group that was closed (`{open}`), and whom it leaves out
# stays left out.
_MEMBER: Final = """
    SELECT c.tag, c.email, c.id AS person_id, p.area FROM {source}
    JOIN known_contacts c ON c.id = {person}
    LEFT JOIN known_persons p ON p.id = c.id
    WHERE {which} AND {{tags}} AND {{open}} AND p.state IS DISTINCT FROM 'closed'
"""
_OPEN: Final = "NOT EXISTS (SELECT FROM known_groups g WHERE g.id = m.group_id AND g.state <> 'active')"
_ACTIVE: Final = "known_memberships m ON m.person_id = {person} AND m.group_id = {group} AND m.state = 'active'"
_OUTSIDE: Final = """
    SELECT c.tag, c.email, NULL::uuid AS person_id, NULL::text AS area FROM list_contacts c WHERE {which} AND {{tags}}
"""
# Who left one of several lists is not brought back by the others' company (P27). Where a list stands alone, the lane
# looks itself, and the record says that they left.
_STAYS: Final = """
    AND (:{{at}}_is_only OR NOT EXISTS (
        SELECT FROM departures w WHERE w.scope = 'list' AND w.scope_id = {mailing_list} AND w.tag = c.tag
    ))
"""
_BRANCHES: Final[dict[PartKind, tuple[str, ...]]] = {
    PartKind.GROUP: (
        _MEMBER.format(
            source="known_memberships m",
            person="m.person_id",
            which="m.group_id = ANY(CAST(:{at}_groups AS uuid[])) AND m.state = 'active'",
        ),
    ),
    PartKind.LIST: (
        _OUTSIDE.format(
            which="c.list_id = ANY(CAST(:{at}_lists AS uuid[])) AND c.state = 'confirmed'"
            + _STAYS.format(mailing_list="c.list_id")
        ),
        _MEMBER.format(
            source="list_members l JOIN lists i ON i.id = l.list_id JOIN "
            + _ACTIVE.format(person="l.person_id", group="i.group_id"),
            person="l.person_id",
            which="l.list_id = ANY(CAST(:{at}_lists AS uuid[]))" + _STAYS.format(mailing_list="l.list_id"),
        ),
    ),
    PartKind.OFFICE: (
        _MEMBER.format(
            source="unnest(CAST(:{at}_office_groups AS uuid[]), CAST(:{at}_offices AS text[])) AS o (group_id, office)"
            " JOIN known_terms t ON t.group_id = o.group_id AND t.until IS NULL"
            " AND t.office = COALESCE(o.office, t.office) JOIN "
            + _ACTIVE.format(person="t.person_id", group="t.group_id"),
            person="t.person_id",
            which="TRUE",
        ),
    ),
    PartKind.AREA: (
        """
    SELECT c.tag, c.email, c.id AS person_id, p.area FROM known_persons p
    JOIN known_contacts c ON c.id = p.id
    WHERE p.area = ANY(CAST(:{at}_wards AS text[])) AND p.state = 'active' AND {tags} AND EXISTS (
        SELECT FROM known_consents k
        WHERE k.person_id = p.id AND k.organisation_id = :organisation_id AND k.state = 'given'
    )
""",
    ),
    PartKind.PERSON: (
        _MEMBER.format(
            source="unnest(CAST(:{at}_person_groups AS uuid[]), CAST(:{at}_persons AS uuid[]))"
            " AS o (group_id, person_id) JOIN " + _ACTIVE.format(person="o.person_id", group="o.group_id"),
            person="o.person_id",
            which="TRUE",
        ),
    ),
    PartKind.CONTACT: (_OUTSIDE.format(which="c.id = ANY(CAST(:{at}_contacts AS uuid[])) AND c.state = 'pending'"),),
}
_ARRAYS: Final[dict[PartKind, dict[str, Callable[[Part], object]]]] = {
    PartKind.GROUP: {"groups": lambda part: part.ref},
    PartKind.LIST: {"lists": lambda part: part.ref},
    PartKind.OFFICE: {"office_groups": lambda part: part.group_id, "offices": lambda part: part.code},
    PartKind.AREA: {"wards": lambda part: part.code},
    PartKind.PERSON: {"person_groups": lambda part: part.group_id, "persons": lambda part: part.ref},
    PartKind.CONTACT: {"contacts": lambda part: part.ref},
}
_NOBODY: Final = (
    "SELECT NULL::bytea AS tag, NULL::text AS email, NULL::uuid AS person_id, NULL::text AS area WHERE FALSE"
)
# A person is left out wherever they come from; an outside contact leaves out the mailbox, for there is no person.
_LEFT_OUT: Final = """
    SELECT i.* FROM ({included}) AS i
    WHERE NOT EXISTS (SELECT FROM ({excluded}) AS x WHERE x.person_id = i.person_id)
        AND NOT EXISTS (SELECT FROM ({excluded}) AS x WHERE x.person_id IS NULL AND x.tag = i.tag)
"""


class AudienceQuery:
    """`everybody(tags)` is the query, `parameters` what it is given. An area's part names its wards by then."""

    def __init__(self, audience: Audience) -> None:
        self._include, self._exclude = _kinds(audience.include), _kinds(audience.exclude)
        self.parameters: dict[str, Any] = {
            **_arrays("in", audience.include),
            **_arrays("ex", audience.exclude),
        }
        for at, kinds in (("in", self._include), ("ex", self._exclude)):
            if PartKind.LIST in kinds:
                self.parameters[f"{at}_is_only"] = at == "in" and audience.only_list is not None
        if PartKind.AREA in (*self._include, *self._exclude):
            self.parameters["organisation_id"] = audience.organisation_id

    def everybody(self, tags: str = "c.tag IS NOT NULL") -> str:
        """Rows of (tag, email, person_id, area), a mailbox once for each person; of those whose `c.tag` fits."""
        included = _union("in", self._include, tags) or _NOBODY
        return (
            _LEFT_OUT.format(included=included, excluded=_union("ex", self._exclude, tags))
            if self._exclude
            else included
        )


def _kinds(parts: Sequence[Part]) -> list[PartKind]:
    return list(dict.fromkeys(part.kind for part in parts))


def _arrays(at: str, parts: Sequence[Part]) -> dict[str, list[object]]:
    return {
        f"{at}_{name}": [value(part) for part in parts if part.kind is kind]
        for kind in _kinds(parts)
        for name, value in _ARRAYS[kind].items()
    }


def _union(at: str, kinds: Sequence[PartKind], tags: str) -> str:
    told = {"at": at, "tags": tags, "open": _OPEN if at == "in" else "TRUE"}
    return " UNION ALL ".join(branch.format(**told) for kind in kinds for branch in _BRANCHES[kind])

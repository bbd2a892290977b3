"""The log of markings: as the public sees it, and a group's own entries as its officers take them along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.marking_log import Link
from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.marking_log import LoggedEntry, SignedHead, read_entries, read_heads, read_links


@dataclass(frozen=True, slots=True)
class LogPage:
    """A piece of the log with the signed heads that fall in it."""

    links: Sequence[Link]
    heads: Sequence[SignedHead]


async def read_marking_log(uow: UnitOfWork, *, after: int, limit: int) -> LogPage:
    """Numbers and hashes alone: nothing in it tells which groups there are, nor whom an entry is about (P14)."""
    async with uow:
        links = await read_links(uow.session, after=after, limit=limit)
        until = links[-1].number if links else after
        return LogPage(links, await read_heads(uow.session, after=after, until=until))


async def export_own_log(
    uow: UnitOfWork, actor: Principal, group_id: UUID, *, after: int, limit: int, now: datetime
) -> Sequence[LoggedEntry]:
    """The entries about the group and its people, with what is needed to hash them again. NoSuchGroup, NotAnOfficer."""
    async with uow:
        _, standing = await Groups(uow.session).for_member(actor, group_id, now)
        must_be_officer(standing)
        return await read_entries(uow.session, group_id=group_id, after=after, limit=limit)

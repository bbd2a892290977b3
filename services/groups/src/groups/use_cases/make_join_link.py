"""An officer makes a link through which people may ask to join."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from groups.domain.links import JoinLink, make_secret
from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.links import JoinLinks


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link with its secret, which is shown this once."""

    link: JoinLink
    secret: str


async def make_join_link(
    uow: UnitOfWork, actor: Principal, group_id: UUID, *, life: timedelta, most_uses: int, now: datetime
) -> MadeLink:
    """The link. NoSuchGroup, NotAnOfficer."""
    async with uow:
        _, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        made = MadeLink(JoinLink(new_id(), group_id, now + life, most_uses), make_secret())
        await JoinLinks(uow.session).add(made.link, made.secret, actor.id)
        return made

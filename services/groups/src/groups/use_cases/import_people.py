"""Officers invite, and keep, the people of a list of their own in one act."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchConsent, TooManyInvitations, TooManyKeptPeople
from groups.domain.groups import Group
from groups.domain.imports import Imported, ImportLine, ImportOutcome, ToKeep
from groups.domain.invitees import Invitee
from groups.domain.permissions import Standing, must_be_officer
from groups.storage.groups import Groups
from groups.storage.invitations import hold_tags
from groups.use_cases.invite import invite_once
from groups.use_cases.keep_person import keep_once


async def import_people(
    uow: UnitOfWork, actor: Principal, group_id: UUID, lines: Sequence[ImportLine], now: datetime
) -> list[Imported]:
    """What became of each line; those that are refused hold up no other. The same list again changes nothing.

    NoSuchGroup, NotAnOfficer.
    """
    async with uow:
        await hold_tags(uow.session, *(line.content.tag for line in lines if isinstance(line.content, Invitee)))
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        return [await _import_line(uow, group, standing, line, now) for line in lines]


async def _import_line(uow: UnitOfWork, group: Group, standing: Standing, line: ImportLine, now: datetime) -> Imported:
    content = line.content
    try:
        if isinstance(content, Invitee):
            await invite_once(uow, group, standing, content, now)
            return Imported(line.number, ImportOutcome.INVITED)
        if isinstance(content, ToKeep):
            await keep_once(uow.session, group.id, content.name, content.how_to_reach, content.consent, now)
            return Imported(line.number, ImportOutcome.KEPT)
    except (TooManyInvitations, TooManyKeptPeople, NoSuchConsent) as refusal:
        return Imported(line.number, ImportOutcome.REFUSED, refusal.code)
    return Imported(line.number, ImportOutcome.REFUSED, content.code)

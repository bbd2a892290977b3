"""A draft as whoever gets it would read it, before it is sent (P23)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.mail.message import safe_header
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.copies import Letter, Slot
from messaging.domain.audience import Part
from messaging.domain.authors import Author
from messaging.domain.errors import NotCaughtUp
from messaging.domain.permissions import need_officer, organisation_of
from messaging.domain.senders import officer_label, staff_label
from messaging.domain.written import Written
from messaging.keyring import Keyring
from messaging.letters import message_letter
from messaging.storage.drafts import Drafts
from messaging.storage.known import group_name, organisation_name
from messaging.storage.why import why_it_would_come
from messaging.use_cases.choose_audience import choose_for_group, choose_for_staff


async def preview_groups_draft(
    uow: UnitOfWork, keyring: Keyring, mail_from: str, proof: GroupPass, draft_id: UUID, now: datetime
) -> Letter:
    """As the officer who asks would send it; where each copy has a link of its own, its slot stands.

    Raises OnlyOfficers, NothingHere, NotYourAudience, ListOfAnotherGroup, NotCaughtUp and UnsafeHeader.
    """
    need_officer(proof)
    async with uow:
        written = await _written(uow.session, keyring, Author(proof.person_id, proof.group_id, None), draft_id)
        name = await group_name(uow.session, proof.group_id)
        if name is None:
            raise NotCaughtUp
        chosen = await choose_for_group(uow.session, proof.group_id, written.audience)
        return await _letter(
            uow.session, mail_from, written, officer_label(proof.office, name), chosen.include, None, now
        )


async def preview_staffs_draft(
    uow: UnitOfWork, keyring: Keyring, mail_from: str, staff: Principal, draft_id: UUID, now: datetime
) -> Letter:
    """The same of a staff draft. Raises NothingHere, NotYourAudience, OutsideYourAreas (P5), NotCaughtUp and
    UnsafeHeader.
    """
    organisation_id = organisation_of(staff)
    async with uow:
        written = await _written(uow.session, keyring, Author(staff.id, None, organisation_id), draft_id)
        name = await organisation_name(uow.session, organisation_id)
        if name is None:
            raise NotCaughtUp
        chosen = await choose_for_staff(uow.session, staff.areas, organisation_id, written.audience)
        return await _letter(uow.session, mail_from, written, staff_label(staff.role, name), chosen.include, name, now)


async def _written(session: AsyncSession, keyring: Keyring, author: Author, draft_id: UUID) -> Written:
    return (await Drafts(session, keyring, author).get(draft_id)).written


async def _letter(
    session: AsyncSession,
    mail_from: str,
    written: Written,
    sender: str,
    include: Sequence[Part],
    organisation: str | None,
    now: datetime,
) -> Letter:
    return message_letter(
        sender=sender,
        mail_from=mail_from,
        subject=safe_header(written.subject),
        body=written.body,
        why=await why_it_would_come(session, include, organisation),
        leave=Slot(),
        sent_at=now,
    )

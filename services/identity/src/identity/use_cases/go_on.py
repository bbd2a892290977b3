"""What every way of going on with a session asks: refresh tokens of programs and cookies of browsers alike."""

from datetime import datetime

from shared.auth.principal import Role
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.sessions import Session
from identity.storage.accounts import Accounts, Appointments
from identity.storage.organisations import Organisations


async def note_activity(uow: UnitOfWork, session: Session, now: datetime) -> None:
    """Notes on the account that somebody is there, for retention (P29)."""
    account = await Accounts(uow.session).get(session.account_id)
    if account is not None:
        account.note_activity(now)


async def is_entitled(uow: UnitOfWork, session: Session, now: datetime) -> bool:
    """Whether the session's account or appointment still stands; the session becomes what they now are (P5)."""
    account = await Accounts(uow.session).get(session.account_id)
    if account is None or not account.is_active:
        return False
    if session.role is not Role.COORDINATOR:
        if session.role is Role.POLICE and not await _is_in_domains(uow, account):
            return False
        # Likewise a staff session: as the account now is.
        session.role, session.areas = account.role, list(account.areas)
        return True
    # A coordinator's session goes on as the appointment now is, and not beyond it (P5).
    appointment = await Appointments(uow.session).get(session.account_id)
    if appointment is None or appointment.declared_at is None or not appointment.is_current(now):
        return False
    session.organisation_id, session.areas = appointment.organisation_id, list(appointment.areas)
    return True


async def _is_in_domains(uow: UnitOfWork, account: Account) -> bool:
    organisation = await Organisations(uow.session).get(account.organisation_id) if account.organisation_id else None
    return organisation is not None and organisation.has_address(account.email)

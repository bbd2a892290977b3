"""What every way of going on with a session asks: refresh tokens of programs and cookies of browsers alike."""

from datetime import datetime

from shared.auth.principal import Role
from shared.db.unit_of_work import UnitOfWork

from identity.domain.sessions import Session
from identity.storage.accounts import Accounts, Appointments


async def may_go_on(uow: UnitOfWork, session: Session, now: datetime) -> bool:
    """Whether the session is open and its account or appointment still stands; it becomes what they now are (P5)."""
    return session.is_open(now) and await _is_entitled(uow, session, now)


async def note_activity(uow: UnitOfWork, session: Session, now: datetime) -> None:
    """Notes on the account that somebody is there, for retention (P29)."""
    account = await Accounts(uow.session).get(session.account_id)
    if account is not None:
        account.note_activity(now)


async def _is_entitled(uow: UnitOfWork, session: Session, now: datetime) -> bool:
    account = await Accounts(uow.session).get(session.account_id)
    if account is None or not account.is_active:
        return False
    if session.role is not Role.COORDINATOR:
        # Likewise a staff session: as the account now is.
        session.role, session.areas = account.role, list(account.areas)
        return True
    # A coordinator's session goes on as the appointment now is, and not beyond it (P5).
    appointment = await Appointments(uow.session).get(session.account_id)
    if appointment is None or not appointment.is_current(now):
        return False
    session.organisation_id, session.areas = appointment.organisation_id, list(appointment.areas)
    return True

"""A member who is a coordinator opens a separate staff session (P1)."""

from datetime import datetime

from shared.auth.principal import Assurance, Plane, Principal, Role
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.email_domains import is_under
from identity.domain.errors import DeclarationNeeded, NotAppointed, SessionOver
from identity.domain.ledger import LedgerKind
from identity.domain.sessions import Session
from identity.keyring import Keyring
from identity.storage.accounts import Accounts, Appointments, Authenticators
from identity.storage.ledger import Ledger
from identity.storage.organisations import Organisations
from identity.storage.sessions import RefreshTokens, Sessions
from identity.use_cases.codes import take_code
from identity.use_cases.issue_tokens import Tokens, issue_first_tokens


async def open_staff_session(
    uow: UnitOfWork, keyring: Keyring, actor: Principal, *, code: str, declares: bool, now: datetime
) -> Tokens:
    """Another session of the same person on the staff plane, with a fresh code; the member session goes on.

    The first time the coordinator declares that they do not work for the police (P3); DeclarationNeeded until then.
    """
    async with uow:
        member_session = await Sessions(uow.session).get_for_change(actor.session_id)
        if member_session is None or not member_session.is_open(now):
            raise SessionOver
        # Locked in the order in which an appointment is made, so that the two never wait for each other.
        account = await Accounts(uow.session).get_for_change(actor.id)
        if account is None or account.is_staff or not account.is_active:
            raise NotAppointed
        appointment = await Appointments(uow.session).get(actor.id)
        if appointment is None or not appointment.is_current(now):
            raise NotAppointed
        if is_under(account.email, await Organisations(uow.session).police_domains()):
            raise NotAppointed
        if appointment.declared_at is None and not declares:
            raise DeclarationNeeded
        authenticators = Authenticators(uow.session)
        authenticator = await authenticators.confirmed_of(actor.id)
        await take_code(authenticators, keyring, authenticator, code, now)
        if appointment.declared_at is None:
            appointment.declared_at = now
            Ledger(uow.session).write(account.id, LedgerKind.DECLARED, now)
        session = Session(
            id=new_id(),
            account_id=actor.id,
            plane=Plane.STAFF,
            role=Role.COORDINATOR,
            organisation_id=appointment.organisation_id,
            assurance=Assurance.TWO_FACTORS,
            authenticated_at=now,
            opened_at=now,
            last_used_at=now,
            areas=list(appointment.areas),
        )
        Sessions(uow.session).add(session)
        await uow.session.flush()
        return issue_first_tokens(RefreshTokens(uow.session), keyring, session, now)

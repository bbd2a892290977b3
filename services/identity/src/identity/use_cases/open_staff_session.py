"""A member who is a coordinator opens a separate staff session (P1)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Assurance, Plane, Principal, Role
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Account, Appointment
from identity.domain.email_domains import is_under
from identity.domain.errors import DeclarationNeeded, NotAppointed, SessionOver
from identity.domain.guessing import Lane
from identity.domain.ledger import LedgerKind
from identity.domain.passkeys import ChallengePurpose
from identity.domain.sessions import Session
from identity.keyring import Keyring
from identity.relying_party import Json, RelyingParty
from identity.storage.accounts import Accounts, Appointments
from identity.storage.ledger import Ledger
from identity.storage.organisations import Organisations
from identity.storage.sessions import Sessions
from identity.use_cases.count_tries import Counting
from identity.use_cases.issue_tokens import Opened, issue_first
from identity.use_cases.keep_in_browser import Browser, hold_shown
from identity.use_cases.second_factor import STRONG, take_second_factor
from identity.use_cases.take_passkey import take_passkey


async def open_staff_session(
    uow: UnitOfWork,
    counting: Counting,
    keyring: Keyring,
    actor: Principal,
    *,
    code: str,
    declares: bool,
    browser: Browser | None,
    now: datetime,
) -> Opened:
    """Another session of the same person on the staff plane, with a fresh code; the member session goes on.

    The code is the app's: neither a mailed nor a recovery code opens the staff plane (P30). The first time the
    coordinator declares that they do not work for the police (P3); DeclarationNeeded until then.
    """
    async with counting.counted({Lane.CODE: str(actor.id)}, code, now) as attempt, uow:
        member_session, account, appointment = await _appointed(uow, actor, declares, browser, now)
        await take_second_factor(uow, keyring, account, code, now, accepted=STRONG)
        await attempt.succeeded(uow)
        return await _open_for(uow, keyring, appointment, member_session.device_id, browser, now)


async def open_staff_session_with_passkey(
    uow: UnitOfWork,
    keyring: Keyring,
    site: RelyingParty,
    actor: Principal,
    *,
    credential: Json,
    declares: bool,
    browser: Browser | None,
    now: datetime,
) -> Opened:
    """The same with a passkey; PasskeyRefused for an answer that does not hold."""
    presented = site.read(credential)
    async with uow:
        member_session, account, appointment = await _appointed(uow, actor, declares, browser, now)
        await take_passkey(uow, site, account, presented, ChallengePurpose.STAFF_SESSION, account.id, now)
        return await _open_for(uow, keyring, appointment, member_session.device_id, browser, now)


async def _appointed(
    uow: UnitOfWork, actor: Principal, declares: bool, browser: Browser | None, now: datetime
) -> tuple[Session, Account, Appointment]:
    await hold_shown(uow, browser, {actor.session_id})
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
    return member_session, account, appointment


async def _open_for(
    uow: UnitOfWork,
    keyring: Keyring,
    appointment: Appointment,
    device_id: UUID | None,
    browser: Browser | None,
    now: datetime,
) -> Opened:
    if appointment.declared_at is None:
        appointment.declared_at = now
        Ledger(uow.session).write(appointment.person_id, LedgerKind.DECLARED, now)
    session = Session(
        id=new_id(),
        account_id=appointment.person_id,
        plane=Plane.STAFF,
        role=Role.COORDINATOR,
        organisation_id=appointment.organisation_id,
        assurance=Assurance.TWO_FACTORS,
        authenticated_at=now,
        opened_at=now,
        last_used_at=now,
        areas=list(appointment.areas),
        device_id=device_id,
    )
    Sessions(uow.session).add(session)
    await uow.session.flush()
    return await issue_first(uow, keyring, session, now, browser)

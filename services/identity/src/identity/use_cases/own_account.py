"""The session that asks, and the account that it is a session of."""

from datetime import datetime

from shared.auth.errors import WrongPlane
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.errors import SessionOver
from identity.domain.factors import Factors, check_what_is_left
from identity.domain.sessions import Session
from identity.storage.accounts import Accounts, Appointments
from identity.storage.recovery_codes import RecoveryCodes
from identity.storage.sessions import Sessions
from identity.use_cases.second_factor import factors_of


async def own_session(uow: UnitOfWork, actor: Principal, now: datetime) -> tuple[Session, Account]:
    """Both, locked in that order; SessionOver where the session or the account is not open any more."""
    session = await Sessions(uow.session).get_for_change(actor.session_id)
    account = await Accounts(uow.session).get_for_change(actor.id)
    if session is None or not session.is_open(now) or account is None or not account.is_active:
        raise SessionOver
    return session, account


async def account_to_change(uow: UnitOfWork, actor: Principal, now: datetime) -> tuple[Account, Factors]:
    """The account, locked, and its factors, for whoever may change them now."""
    session, account = await own_session(uow, actor, now)
    return account, await check_may_change(uow, session, account, now)


async def check_may_change(uow: UnitOfWork, session: Session, account: Account, at: datetime) -> Factors:
    """The factors as they are; SecondFactorNeeded or SignInAgain as `Session.check_may_change_factors` says.

    A coordinator changes them in the member session, as the member they are: WrongPlane in the other.
    """
    if account.plane is not session.plane:
        raise WrongPlane
    factors = await factors_of(uow, account)
    session.check_may_change_factors(factors, at)
    return factors


async def settle_removal(uow: UnitOfWork, account: Account, left: Factors, now: datetime) -> None:
    """Lets a factor go: LastStrongFactor or LastFactor where the account may not go on with what is left.

    Recovery codes, which stand in for a factor, go with the last one.
    """
    appointment = None if account.is_staff else await Appointments(uow.session).get(account.id)
    is_appointed = appointment is not None and appointment.is_current(now)
    check_what_is_left(left, works_as_staff=account.is_staff or is_appointed, password_is_long=account.password_is_long)
    if not left.any:
        await RecoveryCodes(uow.session).remove_all(account.id)

"""A second factor is shown: the one place where sessions, step-ups and changes ask for a code."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.errors import CodeRefused, NoAuthenticator
from identity.domain.factors import Factors, Shown
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.keyring import Keyring
from identity.storage.accounts import Authenticators
from identity.storage.mail_queue import MailQueue
from identity.storage.mailed_codes import MailedCodes
from identity.storage.passkeys import Passkeys
from identity.storage.recovery_codes import RecoveryCodes
from identity.use_cases.codes import mailed_digest, recovery_digest, step_of
from identity.use_cases.tell_owner import tell_owner

ANY = frozenset(Shown)
# What staff work with. A recovery code lets them enrol again and no more: `Session.take_note_of`.
STRONG = frozenset({Shown.APP, Shown.PASSKEY})
STAFF = STRONG | {Shown.RECOVERY_CODE}


async def factors_of(uow: UnitOfWork, account: Account) -> Factors:
    """What this account could show now."""
    return Factors(
        app=await Authenticators(uow.session).confirmed_of(account.id) is not None,
        passkeys=await Passkeys(uow.session).count(account.id),
        mailed_codes=_may_be_mailed(account),
        recovery_codes_left=await RecoveryCodes(uow.session).count_left(account.id),
    )


async def take_second_factor(
    uow: UnitOfWork,
    keyring: Keyring,
    account: Account,
    code: str,
    now: datetime,
    *,
    accepted: frozenset[Shown] = ANY,
) -> Shown:
    """Uses a code up and says of what it was: six digits of the app or of a mail, else a recovery code.

    NoAuthenticator where there is nothing that gives six digits. CodeRefused when it is wrong or was used before: to
    be caught within the transaction and told after it, because a wrong try of a mailed code counts.
    """
    if not code.isdecimal():
        return await _take_recovery_code(uow, keyring, account, code, now, accepted)
    authenticators = Authenticators(uow.session)
    app = await authenticators.confirmed_of(account.id)
    takes_mailed = _may_be_mailed(account) and Shown.MAILED_CODE in accepted
    if app is None and not takes_mailed:
        raise NoAuthenticator
    if app is not None and app.sealed_seed is not None:
        step = step_of(keyring, account.id, app.sealed_seed, code, now)
        if step is not None and await authenticators.take_step(account.id, step):
            return Shown.APP
    if takes_mailed:
        digest = mailed_digest(keyring, account.id, code)
        if await MailedCodes(uow.session).take(account.id, digest, now):
            return Shown.MAILED_CODE
    raise CodeRefused


async def mail_code_if_chosen(uow: UnitOfWork, account: Account, now: datetime) -> bool:
    """Mails a fresh code to a member who chose that, unless one went out within the last minute.

    Whether codes by e-mail are chosen. The code itself is made when its mail is written, so none rests in the queue.
    """
    if not _may_be_mailed(account):
        return False
    if await MailedCodes(uow.session).ask(account.id, now):
        await MailQueue(uow.session).put(MailKind.MAILED_CODE, account.id, now)
    return True


async def _take_recovery_code(
    uow: UnitOfWork, keyring: Keyring, account: Account, code: str, now: datetime, accepted: frozenset[Shown]
) -> Shown:
    codes = RecoveryCodes(uow.session)
    digest = recovery_digest(keyring, account.id, code)
    if Shown.RECOVERY_CODE not in accepted or not await codes.use(account.id, digest, now):
        raise CodeRefused
    left = await codes.count_left(account.id)
    await tell_owner(uow, account.id, LedgerKind.RECOVERY_CODE_USED, now, left=str(left))
    return Shown.RECOVERY_CODE


def _may_be_mailed(account: Account) -> bool:
    return account.mails_codes and not account.is_staff

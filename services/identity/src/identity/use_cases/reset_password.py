"""Somebody follows the link for a new password."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import LinkNotValid
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import LinkPurpose, MailKind
from identity.passwords import Hasher
from identity.storage.accounts import Accounts
from identity.storage.devices import Devices
from identity.storage.ledger import Ledger
from identity.storage.links import Links
from identity.storage.mail_queue import MailQueue
from identity.storage.sessions import Sessions
from identity.use_cases.change_password import set_password
from identity.use_cases.count_tries import Counting
from identity.use_cases.drop_email_change import drop_email_change
from identity.use_cases.second_factor import factors_of


async def reset_password(
    uow: UnitOfWork,
    reading: UnitOfWork,
    counting: Counting,
    hasher: Hasher,
    *,
    secret: str,
    password: str,
    now: datetime,
) -> None:
    """Uses the link up and sets the password; LinkNotValid for any other secret.

    Every session ends, every device is a stranger, a change of address under way is given up. The owner is told, and
    can sign in at once however many strangers have guessed. Second factors stay: who resets does not come in without.
    """
    async with reading:
        is_known = await Links(reading.session).look(LinkPurpose.RESET_PASSWORD, secret, now) is not None
    # Without a link the transaction still runs: it may hold the answer to replay.
    new_hash = await hasher.hash(password) if is_known else ""
    async with uow:
        account_id = await Links(uow.session).look(LinkPurpose.RESET_PASSWORD, secret, now)
        if account_id is None or not is_known:
            raise LinkNotValid
        sessions = Sessions(uow.session)
        await sessions.lock_all(account_id)
        account = await Accounts(uow.session).get_for_change(account_id)
        if account is None or not account.is_active:
            raise LinkNotValid
        factors = await factors_of(uow, account)
        set_password(account, password, new_hash, beside_a_factor=factors.any or account.is_staff)
        if await Links(uow.session).use(LinkPurpose.RESET_PASSWORD, secret, now) is None:
            raise LinkNotValid
        await Links(uow.session).forget(LinkPurpose.RESET_PASSWORD, account_id)
        await drop_email_change(uow, account_id)
        await counting.open_lane(uow, account.email, account.shared_as, now)
        await sessions.end_all(account_id, now)
        await Devices(uow.session).forget_all(account_id, now)
        await MailQueue(uow.session).put(MailKind.PASSWORD_CHANGED, account_id, now)
        Ledger(uow.session).write(account_id, LedgerKind.PASSWORD_RESET, now)

"""Somebody has forgotten the password, or did not get the mail to confirm the address."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.link_purposes import LINK_OF, MailKind
from identity.storage.accounts import Accounts
from identity.storage.links import Links
from identity.storage.mail_queue import MailQueue
from identity.use_cases.count_tries import Counting


async def request_reset(uow: UnitOfWork, counting: Counting, *, email: str, shared_as: str, now: datetime) -> None:
    """Mails the owner a link that sets a new password. Nothing tells whether there is an owner."""
    await _mail_again(uow, counting, MailKind.RESET_PASSWORD, email, shared_as, now)


async def request_confirmation(
    uow: UnitOfWork, counting: Counting, *, email: str, shared_as: str, now: datetime
) -> None:
    """Mails the link that confirms the address anew. Nothing tells whether one waits for it."""
    await _mail_again(uow, counting, MailKind.CONFIRM_EMAIL, email, shared_as, now)


async def _mail_again(
    uow: UnitOfWork, counting: Counting, kind: MailKind, email: str, shared_as: str, now: datetime
) -> None:
    async with uow:
        may_mail = await counting.may_mail(uow, kind, email, shared_as, now)
        account = await Accounts(uow.session).by_email_for_change(email, shared_as)
        if account is None or not may_mail:
            return
        if kind is MailKind.RESET_PASSWORD:
            wanted = account.is_active
        else:
            wanted = account.awaits_its_owner and not account.is_staff
        if wanted:
            await Links(uow.session).forget(LINK_OF[kind], account.id)
            await MailQueue(uow.session).put(kind, account.id, now)

"""What every act of an administrator on staff has in common."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.errors import NotHere, NotYourself, NotYoursToGive
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.domain.permissions import may_manage_staff
from identity.storage.accounts import Accounts
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.sessions import Sessions
from identity.storage.staff import Staff
from identity.use_cases.tell import staff_event


async def must_administer(uow: UnitOfWork, actor: Principal) -> None:
    """NotYoursToGive unless the actor is an administrator, also as their account is at this moment."""
    account = await Accounts(uow.session).get(actor.id) if may_manage_staff(actor) else None
    if account is None or not account.is_administrator:
        raise NotYoursToGive


async def staff_account_for_change(uow: UnitOfWork, actor: Principal, account_id: UUID) -> Account:
    """A staff account, locked after its sessions, for an administrator who is somebody else.

    One such act at a time, and the actor is looked at within it: so whoever acts is an active administrator and
    stays one, and the last one can be neither suspended nor closed. NotYourself, NotHere, NotYoursToGive.
    """
    await Staff(uow.session).lock_acts()
    await must_administer(uow, actor)
    if account_id == actor.id:
        raise NotYourself
    await Sessions(uow.session).lock_all(account_id)
    account = await Accounts(uow.session).get_for_change(account_id)
    if account is None or not account.is_staff:
        raise NotHere
    return account


async def tell_of_change(uow: UnitOfWork, account: Account, kind: LedgerKind, mail: MailKind, now: datetime) -> None:
    """Tells the other services, the owner by mail, and the owner's ledger."""
    if not account.awaits_its_owner:
        uow.record(staff_event(account))
    await MailQueue(uow.session).put(mail, account.id, now)
    Ledger(uow.session).write(account.id, kind, now)

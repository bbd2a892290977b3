"""What every act of an administrator on staff has in common."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Organisation
from identity.domain.errors import NotHere, NotYourself, NotYoursToGive
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.domain.permissions import may_manage_staff
from identity.storage.accounts import Accounts, Appointments
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.organisations import Organisations
from identity.storage.sessions import Sessions
from identity.storage.staff import Staff
from identity.use_cases.tell import staff_event


async def must_administer(uow: UnitOfWork, actor: Principal) -> None:
    """NotYoursToGive unless the actor is an administrator, also as their account is at this moment."""
    account = await Accounts(uow.session).get(actor.id) if may_manage_staff(actor) else None
    if account is None or not account.is_administrator:
        raise NotYoursToGive


async def serves(uow: UnitOfWork, account_id: UUID, organisation: Organisation, now: datetime) -> bool:
    """Whether the account works for the organisation at this moment, employed or appointed."""
    account = await Accounts(uow.session).get(account_id)
    appointment = await Appointments(uow.session).get(account_id)
    return account is not None and organisation.is_served_by(account, appointment, now)


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


async def tell_of_change(
    uow: UnitOfWork,
    actor: Principal,
    account: Account,
    kind: LedgerKind,
    mail: MailKind,
    now: datetime,
    **details: str,
) -> None:
    """Tells the other services and the owner by mail, and writes the act into both ledgers."""
    if not account.awaits_its_owner:
        uow.record(staff_event(account))
    await MailQueue(uow.session).put(mail, account.id, now)
    await write_act(uow, actor, kind, now, on=account.id, **details)


async def write_act(
    uow: UnitOfWork, actor: Principal, kind: LedgerKind, now: datetime, *, on: UUID | None = None, **details: str
) -> None:
    """Writes an act into the ledger of who acts and, where it is on an account, into that one's."""
    if on is None:
        Ledger(uow.session).write(actor.id, kind, now, **details)
        return
    Ledger(uow.session).write(actor.id, kind, now, account=str(on), **details)
    await write_done_to(uow, actor, on, kind, now, **details)


async def write_done_to(
    uow: UnitOfWork, actor: Principal, account_id: UUID, kind: LedgerKind, now: datetime, **details: str
) -> None:
    """Writes it into the ledger of the account it was done to: by which organisation and role, never which person."""
    organisation = await Organisations(uow.session).get(actor.organisation_id) if actor.organisation_id else None
    by = ", ".join(word for word in (organisation and organisation.name, actor.role and actor.role.value) if word)
    Ledger(uow.session).write(account_id, kind, now, by=by, **details)

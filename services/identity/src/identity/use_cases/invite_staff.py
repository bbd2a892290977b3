"""An administrator invites somebody to a staff account."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Plane, Principal, Role
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Account, AccountState
from identity.domain.errors import AddressTaken, DomainNotAllowed, NotHere, RoleOutsideOrganisation
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import LinkPurpose, MailKind
from identity.storage.accounts import Accounts
from identity.storage.links import Links
from identity.storage.mail_queue import MailQueue
from identity.storage.organisations import Organisations
from identity.use_cases.erase import erase_unconfirmed, hold_account
from identity.use_cases.staff_acts import must_administer, write_act


async def invite_staff(
    uow: UnitOfWork,
    actor: Principal,
    *,
    email: str,
    display_name: str,
    organisation_id: UUID,
    role: Role,
    areas: list[str],
    now: datetime,
) -> None:
    """Makes a staff account without a password and mails the link that opens it; a second invitation renews the link.

    An address that serves an account already is refused: staff accounts have the staff plane only (P1, P3), and
    only administrators, who manage these addresses, ever hear it. So is one outside the organisation's e-mail
    domains (DomainNotAllowed); police organisations must have some.
    """
    async with uow:
        await must_administer(uow, actor)
        organisation = await Organisations(uow.session).get(organisation_id)
        if organisation is None:
            raise NotHere
        if role is Role.COORDINATOR or not organisation.may_employ(role):
            raise RoleOutsideOrganisation
        if not organisation.has_address(email):
            raise DomainNotAllowed
        account = await invited_account(uow, email, now)
        account.display_name, account.organisation_id = display_name, organisation_id
        account.role, account.areas = role, areas
        await uow.session.flush()
        await write_act(uow, actor, LedgerKind.INVITED, now, on=account.id)
        await Links(uow.session).forget(LinkPurpose.STAFF_INVITATION, account.id)
        await MailQueue(uow.session).put(MailKind.STAFF_INVITATION, account.id, now)


async def invited_account(uow: UnitOfWork, email: str, now: datetime) -> Account:
    """The account that an invitation to this address is for; AddressTaken where the address serves another."""
    accounts, email = Accounts(uow.session), email.casefold()
    await accounts.lock_address(email)
    for each in await accounts.at_mailbox(email):
        # Whoever registers an officer's address as a member, and cannot confirm it, keeps nobody from being invited.
        if not each.is_staff and each.awaits_its_owner:
            held = await hold_account(uow, each.id)
            if held is not None and held.awaits_its_owner:
                await erase_unconfirmed(uow, held, now)
    await uow.session.flush()
    known = await accounts.by_email_for_change(email)
    if known is None:
        known = Account(new_id(), Plane.STAFF, email, email, AccountState.REGISTERED, now)
        accounts.add(known)
    elif not known.awaits_its_owner:
        raise AddressTaken
    if not all(each.is_staff for each in await accounts.at_mailbox(email)):
        raise AddressTaken
    return known

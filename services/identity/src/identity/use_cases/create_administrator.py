"""The first administrator is made at the command line."""

from datetime import datetime

from shared.auth.principal import Role
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Authority, Organisation
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import LinkPurpose
from identity.storage.ledger import Ledger
from identity.storage.links import Links
from identity.storage.organisations import Organisations
from identity.use_cases.invite_staff import invited_account
from identity.use_cases.tell import organisation_event

ORGANISATION = "OurWatch"


async def create_administrator(uow: UnitOfWork, *, email: str, display_name: str, now: datetime) -> str:
    """Makes the account, and the OurWatch organisation where there is none; returns the secret of a one-time link."""
    async with uow:
        organisations = Organisations(uow.session)
        fresh = Organisation(new_id(), ORGANISATION, Authority.OURWATCH)
        if await organisations.add_new(fresh):
            uow.record(organisation_event(fresh))
        organisation = await organisations.of_authority(Authority.OURWATCH)
        account = await invited_account(uow, email, now)
        account.display_name, account.role = display_name, Role.ADMINISTRATOR
        account.organisation_id = organisation.id if organisation else fresh.id
        await uow.session.flush()
        Ledger(uow.session).write(account.id, LedgerKind.INVITED, now, by="the command line")
        links = Links(uow.session)
        await links.forget(LinkPurpose.STAFF_INVITATION, account.id)
        return await links.make(LinkPurpose.STAFF_INVITATION, account.id, now)

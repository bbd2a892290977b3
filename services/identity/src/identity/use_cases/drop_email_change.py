"""A change of address that is under way is given up."""

from uuid import UUID

from shared.db.unit_of_work import UnitOfWork

from identity.domain.link_purposes import LinkPurpose
from identity.storage.email_changes import EmailChanges
from identity.storage.links import Links

LINKS = (LinkPurpose.CONFIRM_NEW_EMAIL, LinkPurpose.STOP_EMAIL_CHANGE)


async def drop_email_change(uow: UnitOfWork, account_id: UUID) -> None:
    """Inside a transaction that has locked the account; where none is under way, nothing changes.

    Whoever sets a new password or gets the account back takes the address back as well.
    """
    await EmailChanges(uow.session).remove(account_id)
    for purpose in LINKS:
        await Links(uow.session).forget(purpose, account_id)

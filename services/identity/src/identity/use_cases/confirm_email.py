"""A resident confirms the address."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import LinkNotValid
from identity.domain.link_purposes import LinkPurpose
from identity.keyring import Keyring
from identity.storage.accounts import Accounts
from identity.storage.links import Links
from identity.use_cases.tell import person_events


async def confirm_email(uow: UnitOfWork, keyring: Keyring, *, secret: str, now: datetime) -> None:
    """Uses the link up and makes the account active; LinkNotValid for any other secret."""
    async with uow:
        account_id = await Links(uow.session).use(LinkPurpose.CONFIRM_EMAIL, secret, now)
        account = await Accounts(uow.session).get_for_change(account_id) if account_id else None
        if account is None:
            raise LinkNotValid
        account.confirm()
        for event in person_events(account, keyring):
            uow.record(event)

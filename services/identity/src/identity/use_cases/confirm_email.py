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
    """Uses the link up and makes the account active; LinkNotValid for any other secret.

    The account is locked before the link, as registering does, and only one that waits for it is confirmed.
    """
    async with uow:
        links = Links(uow.session)
        account_id = await links.look(LinkPurpose.CONFIRM_EMAIL, secret, now)
        account = await Accounts(uow.session).get_for_change(account_id) if account_id else None
        if account is None or not account.awaits_its_owner:
            raise LinkNotValid
        if await links.use(LinkPurpose.CONFIRM_EMAIL, secret, now) is None:
            raise LinkNotValid
        account.confirm()
        for event in person_events(account, keyring):
            uow.record(event)

"""A resident confirms the address."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import LinkNotValid, PasswordRefused
from identity.domain.link_purposes import LinkPurpose
from identity.keyring import Keyring
from identity.passwords import Hasher
from identity.storage.accounts import Accounts
from identity.storage.links import Links
from identity.use_cases.tell import person_events


async def confirm_email(
    uow: UnitOfWork,
    reading: UnitOfWork,
    keyring: Keyring,
    hasher: Hasher,
    *,
    secret: str,
    password: str,
    now: datetime,
) -> None:
    """Uses the link up and makes the account active; LinkNotValid for any other secret.

    PasswordRefused, and the link stays good, where the password is not the registered one: the mailbox alone does
    not show that its owner chose it, for anybody may have registered the address again since.
    The account is locked before the link, as registering does, and only one that waits for it is confirmed.
    """
    async with reading:
        seen_id = await Links(reading.session).look(LinkPurpose.CONFIRM_EMAIL, secret, now)
        seen = await Accounts(reading.session).get(seen_id) if seen_id else None
    # Hashed between two transactions. Without an account the second one still runs: it may hold the answer to replay.
    checked_hash = seen.password_hash if seen else None
    is_right = seen is not None and await hasher.matches(checked_hash, password)
    async with uow:
        account_id = await Links(uow.session).look(LinkPurpose.CONFIRM_EMAIL, secret, now)
        account = await Accounts(uow.session).get_for_change(account_id) if account_id else None
        if account is None or not account.awaits_its_owner or account.password_hash != checked_hash:
            raise LinkNotValid
        if not is_right:
            raise PasswordRefused
        if await Links(uow.session).use(LinkPurpose.CONFIRM_EMAIL, secret, now) is None:
            raise LinkNotValid
        account.confirm()
        for event in person_events(account, keyring):
            uow.record(event)

"""Somebody opens their staff account: a password first, then an authenticator app."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.errors import LinkNotValid, NothingToConfirm
from identity.domain.link_purposes import LinkPurpose
from identity.domain.passwords import check_password
from identity.keyring import Keyring
from identity.passwords import COMMON, Hasher
from identity.storage.accounts import Accounts
from identity.storage.links import Links
from identity.use_cases.begin_authenticator import Enrolment, enrol
from identity.use_cases.confirm_authenticator import begun, confirm_begun
from identity.use_cases.tell import staff_event


async def accept_staff_invitation(
    uow: UnitOfWork,
    reading: UnitOfWork,
    keyring: Keyring,
    hasher: Hasher,
    *,
    secret: str,
    password: str,
    now: datetime,
) -> Enrolment:
    """Sets the password and begins the authenticator app. The link stays good until a code of it was shown."""
    async with reading:
        is_known = await Links(reading.session).look(LinkPurpose.STAFF_INVITATION, secret, now) is not None
    # Hashed between two transactions, and only for a link that there is.
    password_hash = await hasher.hash(password) if is_known else ""
    async with uow:
        account = await _invited(uow, secret, now)
        if not is_known:
            raise LinkNotValid
        account.password_is_long = check_password(
            password, account.email, account.display_name, common=COMMON, beside_a_factor=True
        )
        account.password_hash = password_hash
        return await enrol(uow, keyring, account, now)


async def confirm_staff_invitation(uow: UnitOfWork, keyring: Keyring, *, secret: str, code: str, now: datetime) -> None:
    """Uses the link up: from now on the account can sign in, with both factors.

    NothingToConfirm where no password was set, or longer than ten minutes ago; CodeRefused keeps the link.
    """
    async with uow:
        account = await _invited(uow, secret, now)
        if account.password_hash is None:
            raise NothingToConfirm
        waiting, _ = await begun(uow, account.id, now)
        await confirm_begun(uow, keyring, waiting, code, now)
        if await Links(uow.session).use(LinkPurpose.STAFF_INVITATION, secret, now) is None:
            raise LinkNotValid
        account.confirm()
        uow.record(staff_event(account))


async def _invited(uow: UnitOfWork, secret: str, now: datetime) -> Account:
    account_id = await Links(uow.session).look(LinkPurpose.STAFF_INVITATION, secret, now)
    account = await Accounts(uow.session).get_for_change(account_id) if account_id else None
    if account is None or not account.awaits_its_owner:
        raise LinkNotValid
    return account

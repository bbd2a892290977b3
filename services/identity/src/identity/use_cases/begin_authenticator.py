"""Somebody begins to add an authenticator app, or to put another in its place."""

from dataclasses import dataclass
from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.keyring import Keyring
from identity.storage.accounts import Authenticators
from identity.use_cases.codes import new_seed, provisioning_uri, qr_svg
from identity.use_cases.own_account import account_to_change


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the app needs: the seed in base32, the same as a URI, and that as a QR code. Shown once."""

    secret: str
    uri: str
    qr_svg: str


async def begin_authenticator(uow: UnitOfWork, keyring: Keyring, actor: Principal, *, now: datetime) -> Enrolment:
    """A new seed that counts once a code of it was shown, within ten minutes; an app that counts goes on till then.

    SecondFactorNeeded or SignInAgain where the actor may not change the factors now.
    """
    async with uow:
        account, _ = await account_to_change(uow, actor, now)
        return await enrol(uow, keyring, account, now)


async def enrol(uow: UnitOfWork, keyring: Keyring, account: Account, now: datetime) -> Enrolment:
    """Keeps a fresh seed, sealed for this account."""
    seed = new_seed()
    await Authenticators(uow.session).keep_pending(account.id, keyring.seal(account.id, seed.encode()), now)
    uri = provisioning_uri(seed, account.email)
    return Enrolment(seed, uri, qr_svg(uri))

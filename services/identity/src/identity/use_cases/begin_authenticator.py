"""Somebody begins to add an authenticator app."""

from dataclasses import dataclass

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Authenticator
from identity.domain.errors import AuthenticatorExists, NotHere
from identity.keyring import Keyring
from identity.storage.accounts import Accounts, Authenticators
from identity.use_cases.codes import new_seed, provisioning_uri


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the app needs: the seed in base32 and the same as a URI for a QR code. Shown once."""

    secret: str
    uri: str


async def begin_authenticator(uow: UnitOfWork, keyring: Keyring, actor: Principal) -> Enrolment:
    """A new seed that counts once a code of it was shown; AuthenticatorExists where one counts already."""
    async with uow:
        account = await Accounts(uow.session).get_for_change(actor.id)
        if account is None:
            raise NotHere
        return await enrol(Authenticators(uow.session), keyring, account)


async def enrol(authenticators: Authenticators, keyring: Keyring, account: Account) -> Enrolment:
    """Keeps a fresh seed, sealed for this account."""
    known = await authenticators.of(account.id)
    if known is not None and known.confirmed_at is not None:
        raise AuthenticatorExists
    seed = new_seed()
    await authenticators.replace(Authenticator(account.id, keyring.seal(account.id, seed.encode())))
    return Enrolment(seed, provisioning_uri(seed, account.email))

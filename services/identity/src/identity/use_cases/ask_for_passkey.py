"""A browser is asked to make a passkey, or to show one."""

from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import TooManyPasskeys
from identity.domain.passkeys import MOST_PER_ACCOUNT, ChallengePurpose
from identity.relying_party import Json, RelyingParty
from identity.storage.passkeys import Challenges, Passkeys
from identity.use_cases.own_account import account_to_change


async def ask_for_new_passkey(uow: UnitOfWork, site: RelyingParty, actor: Principal, *, now: datetime) -> Json:
    """Options for a new passkey, good for five minutes; TooManyPasskeys beyond twenty.

    SecondFactorNeeded or SignInAgain where the actor may not change the factors now.
    """
    async with uow:
        account, factors = await account_to_change(uow, actor, now)
        if factors.passkeys >= MOST_PER_ACCOUNT:
            raise TooManyPasskeys
        asked = site.ask_to_add(account, await Passkeys(uow.session).of(account.id))
        await Challenges(uow.session).keep(asked.challenge, ChallengePurpose.ADD, account.id, now)
        return asked.options


async def ask_for_passkey(
    uow: UnitOfWork, site: RelyingParty, actor: Principal | None, *, purpose: ChallengePurpose, now: datetime
) -> Json:
    """Options to show a passkey for this purpose, good for five minutes and for this actor alone, if there is one."""
    async with uow:
        asked = site.ask_to_show()
        await Challenges(uow.session).keep(asked.challenge, purpose, actor.id if actor else None, now)
        return asked.options

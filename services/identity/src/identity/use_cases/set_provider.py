"""An administrator says which provider signs an organisation's staff in."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere, ProviderNotUsable, ProviderUnreachable
from identity.domain.ledger import LedgerKind
from identity.domain.providers import Provider
from identity.keyring import Keyring
from identity.openid import Discovery
from identity.storage.organisations import Organisations
from identity.storage.providers import Providers
from identity.use_cases.staff_acts import must_administer, write_act


async def set_provider(
    uow: UnitOfWork,
    reading: UnitOfWork,
    keyring: Keyring,
    discovery: Discovery,
    actor: Principal,
    *,
    organisation_id: UUID,
    issuer: str,
    client_id: str,
    client_secret: str,
    assigns_addresses: bool,
    now: datetime,
) -> None:
    """Keeps the provider in place of the one of before, the secret sealed. ProviderNotUsable where it does not answer.

    Subjects that were linked under another issuer open nothing any more.
    """
    async with reading:
        await must_administer(reading, actor)
    # Asked between two transactions: whoever waits for another's server holds no connection.
    try:
        await discovery.endpoints_of(issuer, anew=True)
    except ProviderUnreachable as error:
        raise ProviderNotUsable from error
    async with uow:
        await must_administer(uow, actor)
        if await Organisations(uow.session).get_for_share(organisation_id) is None:
            raise NotHere
        sealed = keyring.seal(organisation_id, client_secret.encode())
        provider = Provider(organisation_id, issuer, client_id, sealed, actor.id, now, assigns_addresses)
        await Providers(uow.session).put(provider)
        await write_act(uow, actor, LedgerKind.PROVIDER_SET, now, organisation=str(organisation_id))


async def remove_provider(uow: UnitOfWork, actor: Principal, *, organisation_id: UUID, now: datetime) -> None:
    """From now on staff sign in with passwords alone; sessions that are open go on. NotHere where there is none."""
    async with uow:
        await must_administer(uow, actor)
        if not await Providers(uow.session).remove(organisation_id):
            raise NotHere
        await write_act(uow, actor, LedgerKind.PROVIDER_REMOVED, now, organisation=str(organisation_id))

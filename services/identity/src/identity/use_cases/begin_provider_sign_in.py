"""Somebody begins to sign in through their organisation's own provider."""

import secrets
from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.errors import NotHere
from identity.domain.providers import SignInUnderWay
from identity.keyring import Keyring
from identity.openid import Client, Discovery, authorization_url
from identity.storage.links import digest
from identity.storage.providers import Providers, ProviderSignIns


async def begin_provider_sign_in(
    uow: UnitOfWork,
    keyring: Keyring,
    discovery: Discovery,
    *,
    organisation_id: UUID,
    challenge: str,
    redirect_uri: str,
    now: datetime,
) -> str:
    """Where the browser goes on; NotHere for an organisation without a provider.

    `challenge` binds the sign-in to the client that began it: only who holds its verifier gets the session, so an
    address that leaks out of a browser opens nothing.
    """
    async with uow:
        provider = await Providers(uow.session).of(organisation_id)
    if provider is None:
        raise NotHere
    at = await discovery.endpoints_of(provider.issuer)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    sign_in_id = new_id()
    sealed = keyring.seal(sign_in_id, verifier.encode())
    async with uow:
        begun = SignInUnderWay(sign_in_id, organisation_id, digest(nonce), sealed, challenge)
        await ProviderSignIns(uow.session).begin(state, begun, now)
    client = Client(provider.client_id, "", redirect_uri)
    return authorization_url(at, client, state=state, nonce=nonce, verifier=verifier)

"""An administrator adds a public key of a machine client."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.errors import EnoughKeys, KeyTaken, NotHere
from identity.domain.ledger import LedgerKind
from identity.domain.machines import MOST_LIVE_KEYS, MachineKey
from identity.public_keys import PublicKey
from identity.storage.machines import MachineClients, MachineKeys
from identity.use_cases.staff_acts import must_administer, write_act


async def add_client_key(
    uow: UnitOfWork,
    actor: Principal,
    *,
    organisation_id: UUID,
    client_id: UUID,
    jwk: dict[str, Any],  # Any: what a JSON object holds
    now: datetime,
) -> MachineKey:
    """Adds a key; the older one goes on beside it until it is retired. KeyNotAccepted, KeyTaken, EnoughKeys."""
    public = PublicKey(jwk)
    async with uow:
        await must_administer(uow, actor)
        client = await MachineClients(uow.session).get_for_change(organisation_id, client_id)
        if client is None or client.revoked_at is not None:
            raise NotHere
        keys = MachineKeys(uow.session)
        if len(await keys.live_of(client_id)) >= MOST_LIVE_KEYS:
            raise EnoughKeys
        key = MachineKey(new_id(), client_id, public.thumbprint, public.algorithm, now, actor.id, public.jwk)
        if not await keys.add_new(key):
            raise KeyTaken
        await write_act(
            uow,
            actor,
            LedgerKind.CLIENT_KEY_ADDED,
            now,
            organisation=str(organisation_id),
            client=str(client_id),
            kid=key.kid,
        )
        return key

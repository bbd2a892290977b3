"""The organisations' marking keys: one each, made when it is first needed."""

from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from shared.auth.keyfiles import SigningKey
from shared.clock import now
from shared.ids import timeless_id
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from groups.sign.sealing import KeySeal
from groups.storage.tables import organisation_keys


async def key_of(engine: AsyncEngine, seal: KeySeal, organisation_id: UUID) -> SigningKey:
    """The organisation's key. However many ask for the first time at once, one key is made and all get it."""
    known = await _read(engine, seal, organisation_id)
    if known is None:
        await _make(engine, seal, organisation_id)
        known = await _read(engine, seal, organisation_id)
        assert known is not None  # noqa: S101 - keys are never deleted
    return known


async def _read(engine: AsyncEngine, seal: KeySeal, organisation_id: UUID) -> SigningKey | None:
    query = select(organisation_keys.c.kid, organisation_keys.c.sealed_private_key).where(
        organisation_keys.c.organisation_id == organisation_id
    )
    async with engine.connect() as connection:
        row = (await connection.execute(query)).first()
    return None if row is None else SigningKey(row.kid, seal.open(row.sealed_private_key, organisation_id, row.kid))


async def _make(engine: AsyncEngine, seal: KeySeal, organisation_id: UUID) -> None:
    private = Ed25519PrivateKey.generate()
    kid = f"marking-{timeless_id().hex[:16]}"
    row = {
        "organisation_id": organisation_id,
        "kid": kid,
        "public_key": private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw),
        "sealed_private_key": seal.seal(private, organisation_id, kid),
        "made_at": now(),
    }
    async with engine.begin() as connection:
        await connection.execute(
            insert(organisation_keys).values(row).on_conflict_do_nothing(index_elements=["organisation_id"])
        )

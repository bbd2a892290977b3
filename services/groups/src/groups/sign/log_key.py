"""The key that signs the heads of the log: one, made when it is first needed, no organisation's."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from shared.auth.keyfiles import SigningKey
from shared.clock import now
from shared.ids import timeless_id
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from groups.sign.sealing import KeySeal
from groups.storage.tables import log_keys

OWNER = "marking log"
THE_ONE = 1


async def log_key(connection: AsyncConnection, seal: KeySeal) -> SigningKey:
    """The log's key. Who asks first makes it; however many do so at once, one is kept and all get it."""
    private = Ed25519PrivateKey.generate()
    kid = f"log-{timeless_id().hex[:16]}"
    row = {
        "id": THE_ONE,
        "kid": kid,
        "public_key": private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw),
        "sealed_private_key": seal.seal(private, OWNER, kid),
        "made_at": now(),
    }
    await connection.execute(insert(log_keys).values(row).on_conflict_do_nothing(index_elements=["id"]))
    kept = (await connection.execute(select(log_keys.c.kid, log_keys.c.sealed_private_key))).one()
    return SigningKey(kept.kid, seal.open(kept.sealed_private_key, OWNER, kept.kid))

"""What an account proves itself with, besides its password."""

from shared.db.columns import moment, words
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid

from identity.domain.passkeys import ChallengePurpose
from identity.storage.tables.metadata import metadata

authenticators = Table(
    "authenticators",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    Column("sealed_seed", LargeBinary),
    moment("confirmed_at", nullable=True),
    Column("last_step", BigInteger, nullable=False),
    Column("pending_seed", LargeBinary),
    moment("pending_at", nullable=True),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("label", Text, nullable=False),
    moment("added_at"),
    moment("last_used_at", nullable=True),
    Index("ix_passkeys_account_id", "account_id"),
)

# What passkeys must sign: the SHA-256 of each challenge, taken out by one conditional statement when it is answered.
# Without an account where nobody is signed in yet.
challenges = Table(
    "challenges",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("purpose", words(ChallengePurpose), nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.id")),
    moment("made_at"),
    Index("ix_challenges_made_at", "made_at"),
)

# The newest code that was mailed to an account, under a key that is in no database.
mailed_codes = Table(
    "mailed_codes",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    moment("asked_at"),
    Column("digest", LargeBinary),
    moment("made_at", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    moment("used_at", nullable=True),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    moment("used_at", nullable=True),
    Index("ix_recovery_codes_account_id", "account_id"),
)

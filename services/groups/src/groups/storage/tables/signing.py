"""What the signing process keeps."""

from shared.db.columns import moment
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text, Uuid

from groups.storage.tables.metadata import metadata

SIGN = "sign"

organisation_keys = Table(
    "organisation_keys",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("kid", Text, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sealed_private_key", LargeBinary, nullable=False),
    moment("made_at"),
    schema=SIGN,
)

log_keys = Table(
    "log_keys",
    metadata,
    # One row: the key that signs the heads of the log.
    Column("id", Integer, primary_key=True),
    Column("kid", Text, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sealed_private_key", LargeBinary, nullable=False),
    moment("made_at"),
    schema=SIGN,
)

log_heads = Table(
    "log_heads",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("statement", Text, nullable=False),
    moment("signed_at"),
    schema=SIGN,
)

SIGN_RIGHTS = [
    # The signing process sees its own keys and the public list of areas; the api sees the keys' public halves.
    "GRANT USAGE ON SCHEMA public TO groups_sign",
    "GRANT SELECT ON areas TO groups_sign",
    "GRANT USAGE ON SCHEMA sign TO groups_sign, groups_app",
    "GRANT SELECT, INSERT ON sign.organisation_keys TO groups_sign",
    "GRANT SELECT (organisation_id, kid, public_key) ON sign.organisation_keys TO groups_app",
    # The signing process reads the log's hashes itself, so that nobody can have a false head signed.
    "GRANT SELECT (number, digest, previous_hash, hash) ON marking_entries TO groups_sign",
    "GRANT SELECT, INSERT ON sign.log_keys, sign.log_heads TO groups_sign",
    "GRANT SELECT (id, kid, public_key) ON sign.log_keys TO groups_app",
    "GRANT SELECT ON sign.log_heads TO groups_app",
    # Erasure removes these whole; what they say is changed by nobody.
    "GRANT DELETE ON marking_details, marker_salts TO groups_app",
]

"""Who is being forgotten, and which services have done so."""

from shared.db.columns import moment
from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text, Uuid, text

from identity.storage.tables.metadata import metadata

# Who is being forgotten. The address is sealed, for the receipt alone, and gone once that is written.
erasures = Table(
    "erasures",
    metadata,
    Column("person_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    moment("requested_at"),
    moment("told_at"),
    Column("sealed_address", LargeBinary),
    moment("finished_at", nullable=True),
    Index("ix_erasures_told_at", "told_at", postgresql_where=text("finished_at IS NULL")),
)

erasure_answers = Table(
    "erasure_answers",
    metadata,
    Column("person_id", Uuid, ForeignKey("erasures.person_id"), primary_key=True),
    Column("service", Text, primary_key=True),
    moment("done_at"),
)

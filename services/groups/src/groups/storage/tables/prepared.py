"""Schemes that were prepared and that nobody has taken over yet: taken over, revoked or expired, a row is gone."""

from shared.db.columns import moment, words
from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text, Uuid

from groups.domain.groups import Visibility
from groups.storage.tables.metadata import metadata

# No person is named: an organisation prepares, and who takes over is the founder of a group.
prepared_schemes = Table(
    "prepared_schemes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organisation_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("visibility", words(Visibility), nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    moment("made_at"),
    moment("expires_at"),
    Index("ix_prepared_schemes_organisation_id_id", "organisation_id", "id"),
    Index("ix_prepared_schemes_expires_at", "expires_at"),
)

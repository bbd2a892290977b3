"""What ward panels ask of the police, and what these answer."""

from shared.db.columns import moment
from sqlalchemy import Column, Date, ForeignKey, Index, Table, Text, Uuid

from groups.storage.tables.metadata import metadata

priorities = Table(
    "priorities",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("agreed_on", Date, nullable=False),
    Column("outcome", Text),
    moment("closed_at", nullable=True),
    Index("ix_priorities_group_id_id", "group_id", "id"),
)

# Added to and never changed: an answer that was given stays given. It is the organisation's, not its officer's.
priority_answers = Table(
    "priority_answers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("priority_id", Uuid, ForeignKey("priorities.id"), nullable=False, index=True),
    Column("organisation_id", Uuid, nullable=False),
    Column("text", Text, nullable=False),
    moment("answered_at"),
)

"""Who is invited, how many a group invited in a day, and whom it keeps who has no e-mail."""

from shared.db.columns import moment, words
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, Uuid

from groups.domain.kept_people import ConsentHow
from groups.storage.tables.metadata import metadata

# One row for every address that was invited, whoever has it, until somebody accepts or it expires: what a group may
# still invite says nothing of whom it invited. `is_given`: its person was found, and is invited once and no more.
invitations = Table(
    "invitations",
    metadata,
    Column("group_id", Uuid, ForeignKey("groups.id"), primary_key=True),
    Column("email_tag", Text, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("invited_by", Uuid, nullable=False),
    Column("is_given", Boolean, nullable=False),
    moment("expires_at"),
    Index("ix_invitations_email_tag", "email_tag"),
    Index("ix_invitations_expires_at", "expires_at"),
)

invitation_days = Table(
    "invitation_days",
    metadata,
    Column("group_id", Uuid, ForeignKey("groups.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("made", Integer, nullable=False),
)

kept_people = Table(
    "kept_people",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, ForeignKey("groups.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("how_to_reach", Text, nullable=False),
    Column("consent_given_on", Date, nullable=False),
    Column("consent_how", words(ConsentHow), nullable=False),
    # Listed twice, somebody is kept once.
    UniqueConstraint("group_id", "name", "how_to_reach"),
)

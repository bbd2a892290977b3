"""audit"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_seal", sa.LargeBinary(), nullable=False),
        sa.Column("actor_seal", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_entries_previous_hash")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_heads")),
        schema="sign",
    )
    op.create_table(
        "audit_actors",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["audit_entries.number"], name=op.f("fk_audit_actors_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_actors")),
    )
    op.create_index(op.f("ix_audit_actors_actor"), "audit_actors", ["actor"], unique=False)
    op.create_table(
        "audit_contents",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["audit_entries.number"], name=op.f("fk_audit_contents_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_contents")),
    )
    op.create_index("ix_audit_contents_ids", "audit_contents", ["ids"], unique=False, postgresql_using="gin")

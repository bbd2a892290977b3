"""Releases say who they are from, and may carry a note."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "release_recipients", sa.Column("sealed_group_name", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("releases", sa.Column("has_note", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("release_wraps", sa.Column("note_epoch", sa.Integer(), nullable=True), schema="keys")
    op.add_column("release_wraps", sa.Column("sealed_note", sa.LargeBinary(), nullable=True), schema="keys")

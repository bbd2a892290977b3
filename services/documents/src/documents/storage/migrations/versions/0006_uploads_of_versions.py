"""An upload says for which version it is, so that nobody removes that version meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("uploads", sa.Column("version_id", sa.Uuid(), nullable=True))
    op.create_index("ix_uploads_version_id", "uploads", ["version_id"], unique=False)

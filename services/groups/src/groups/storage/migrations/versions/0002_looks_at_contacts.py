"""looks at contacts"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("ledger", sa.Column("contact_of", sa.Uuid(), nullable=True))
    op.alter_column("ledger", "staff_id", existing_type=sa.UUID(), nullable=True)

"""data-protection officers"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "known_data_protection_officers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_data_protection_officers")),
    )
    op.create_index("ix_ledger_organisation_id_id", "ledger", ["organisation_id", "id"], unique=False)

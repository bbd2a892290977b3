"""data-protection officers"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_contact_looks_organisation_id_id", "contact_looks", ["organisation_id", "id"], unique=False)
    op.add_column("organisations", sa.Column("data_protection_officer_id", sa.Uuid(), nullable=True))

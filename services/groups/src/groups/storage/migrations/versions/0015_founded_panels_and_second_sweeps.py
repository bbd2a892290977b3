"""Panels that staff founded are found; ballots are swept twice"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index(
        "ix_groups_founded_by_staff",
        "groups",
        ["id"],
        unique=False,
        postgresql_where=sa.text("founding_organisation_id IS NOT NULL"),
    )
    op.drop_index("ix_ballots_unswept", "ballots")

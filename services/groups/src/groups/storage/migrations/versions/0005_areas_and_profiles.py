"""areas and profiles"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "area_boundaries",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("polygons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("west", sa.Integer(), nullable=False),
        sa.Column("south", sa.Integer(), nullable=False),
        sa.Column("east", sa.Integer(), nullable=False),
        sa.Column("north", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["areas.code"], name=op.f("fk_area_boundaries_code")),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_area_boundaries")),
    )
    op.create_index("ix_area_boundaries_box", "area_boundaries", ["west", "east", "south", "north"], unique=False)
    op.create_index("ix_area_boundaries_latitude_longitude", "area_boundaries", ["latitude", "longitude"], unique=False)

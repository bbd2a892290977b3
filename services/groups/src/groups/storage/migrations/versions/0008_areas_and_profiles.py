"""areas and profiles"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


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
    op.add_column("groups", sa.Column("what_to_expect", sa.Text(), nullable=True))
    op.add_column("groups", sa.Column("meeting_place", sa.Text(), nullable=True))
    op.add_column(
        "groups",
        sa.Column(
            "who_sees_members",
            sa.Enum("officers", "all", name="whoseesmembers", native_enum=False, length=40),
            nullable=True,
        ),
    )
    # By hand: groups that are there keep showing to their members what they showed so far (P15).
    op.execute("UPDATE groups SET who_sees_members = CASE kind WHEN 'ward_panel' THEN 'all' ELSE 'officers' END")
    op.alter_column("groups", "who_sees_members", nullable=False)
    op.create_check_constraint(
        op.f("ck_groups_panels_are_open"), "groups", "kind <> 'ward_panel' OR who_sees_members = 'all'"
    )
    op.add_column("groups", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_groups_name_words",
        "groups",
        [
            sa.literal_column(
                "to_tsvector('simple'::regconfig, "
                "regexp_replace(lower(name), '[^[:alnum:]]+'::text, ' '::text, 'g'::text))"
            )
        ],
        unique=False,
        postgresql_using="gin",
    )

"""pauses, reports of abuse, prepared schemes, merging"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "prepared_schemes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "visibility", sa.Enum("hidden", "visible", name="visibility", native_enum=False, length=40), nullable=False
        ),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_prepared_schemes_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_schemes")),
        sa.UniqueConstraint("digest", name=op.f("uq_prepared_schemes_digest")),
    )
    op.create_index("ix_prepared_schemes_expires_at", "prepared_schemes", ["expires_at"], unique=False)
    op.create_index(
        "ix_prepared_schemes_organisation_id_id", "prepared_schemes", ["organisation_id", "id"], unique=False
    )
    op.create_table(
        "abuse_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=True),
        sa.Column("from_member", sa.Boolean(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_by_organisation", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_abuse_reports_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abuse_reports")),
    )
    op.create_index("ix_abuse_reports_group_id_reported_at", "abuse_reports", ["group_id", "reported_at"], unique=False)
    op.create_index(
        "ix_abuse_reports_reporter_id",
        "abuse_reports",
        ["reporter_id"],
        unique=False,
        postgresql_where=sa.text("reporter_id IS NOT NULL"),
    )
    op.create_table(
        "merge_links",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_merge_links_group_id")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_merge_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_merge_links_digest")),
    )
    op.create_table(
        "pauses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "asked_authority",
            sa.Enum("police", "ourwatch", name="authority", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (ends_at IS NULL) AND confirmed_by IS DISTINCT FROM asked_by",
            name=op.f("ck_pauses_two"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_pauses_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_pauses_group_id_number")),
    )
    op.add_column("memberships", sa.Column("merged_from", sa.Uuid(), nullable=True))

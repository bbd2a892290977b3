"""membership"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("memberships", sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("memberships", sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_memberships_undo_until",
        "memberships",
        ["undo_until"],
        unique=False,
        postgresql_where=sa.text("undo_until IS NOT NULL"),
    )
    op.create_index(
        "ix_memberships_suspended_until",
        "memberships",
        ["suspended_until"],
        unique=False,
        postgresql_where=sa.text("suspended_until IS NOT NULL"),
    )
    op.create_table(
        "invitation_days",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_invitation_days_group_id")),
        sa.PrimaryKeyConstraint("group_id", "day", name=op.f("pk_invitation_days")),
    )
    # By hand: what is kept has no id yet, and has found nobody, else it would have been removed.
    op.add_column(
        "invitations", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)
    )
    op.alter_column("invitations", "id", server_default=None)
    op.create_unique_constraint(op.f("uq_invitations_id"), "invitations", ["id"])
    op.add_column("invitations", sa.Column("is_given", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("invitations", "is_given", server_default=None)
    op.create_index("ix_invitations_expires_at", "invitations", ["expires_at"], unique=False)
    op.create_table(
        "kept_people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("how_to_reach", sa.Text(), nullable=False),
        sa.Column("consent_given_on", sa.Date(), nullable=False),
        sa.Column(
            "consent_how", sa.Enum("spoken", "written", name="consenthow", native_enum=False, length=40), nullable=False
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_kept_people_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_people")),
        sa.UniqueConstraint("group_id", "name", "how_to_reach", name=op.f("uq_kept_people_group_id_name_how_to_reach")),
    )
    # By hand: the ninety days of what had ended before begin now.
    op.execute("UPDATE groups SET archived_at = now() WHERE state = 'archived'")

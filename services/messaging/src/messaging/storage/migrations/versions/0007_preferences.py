"""What members want to be sent; messages to more than one group."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("muted_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_to IS NULL) AND quiet_from <> quiet_to",
            name=op.f("ck_preferences_quiet_hours"),
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preferences")),
    )
    op.alter_column("attachments", "group_id", existing_type=sa.UUID(), nullable=True)
    op.add_column("messages", sa.Column("type", sa.Text(), server_default=sa.text("'group_news'"), nullable=False))
    op.alter_column("messages", "group_id", existing_type=sa.UUID(), nullable=True)
    op.create_index("ix_messages_organisation_id_id", "messages", ["organisation_id", "id"], unique=False)
    op.create_index(
        "ix_send_parts_code", "send_parts", ["code"], unique=False, postgresql_where=sa.text("kind = 'area'")
    )
    op.create_index(
        "ix_send_parts_group_id", "send_parts", ["group_id"], unique=False, postgresql_where=sa.text("kind = 'office'")
    )
    op.create_index("ix_send_parts_ref", "send_parts", ["ref"], unique=False)
    op.add_column("sends", sa.Column("type", sa.Text(), nullable=True))
    op.add_column("sends", sa.Column("priority", sa.Integer(), server_default=sa.text("3"), nullable=False))
    op.alter_column("sends", "group_id", existing_type=sa.UUID(), nullable=True)
    op.create_check_constraint(
        "ck_messages_of_somebody", "messages", "group_id IS NOT NULL OR organisation_id IS NOT NULL"
    )

"""Audiences of parts, and chunks as ranges of mailboxes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "known_areas",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_areas")),
    )
    op.create_index("ix_known_areas_parent", "known_areas", ["parent"], unique=False)
    op.create_table(
        "known_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_consents")),
    )
    op.create_index(
        "ix_known_consents_person_id_organisation_id", "known_consents", ["person_id", "organisation_id"], unique=False
    )
    op.create_table(
        "known_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_terms")),
    )
    op.create_index(
        "ix_known_terms_group_id", "known_terms", ["group_id"], unique=False, postgresql_where=sa.text("until IS NULL")
    )
    op.create_table(
        "send_parts",
        sa.Column("send_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("is_excluded", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('group', 'list', 'office', 'area', 'person', 'contact')", name=op.f("ck_send_parts_kind")
        ),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_send_parts_send_id")),
        sa.PrimaryKeyConstraint("send_id", "place", name=op.f("pk_send_parts")),
    )
    # What was accepted before goes on: one chunk of each send takes the whole of it, and asks for whom it always was.
    op.execute(
        "INSERT INTO send_parts (send_id, place, is_excluded, kind, ref)"
        " SELECT id, 0, false, 'group', group_id FROM sends WHERE kind IN ('message', 'alert', 'question')"
        " UNION ALL SELECT id, 0, false, 'list', list_id FROM sends WHERE kind = 'release'"
        " UNION ALL SELECT s.id, 0, false, 'contact', d.contact_id FROM sends s JOIN deliveries d ON d.send_id = s.id"
        " WHERE s.kind = 'confirmation'"
    )
    op.add_column("chunks", sa.Column("from_tag", sa.LargeBinary(), nullable=False, server_default=""))
    op.alter_column("chunks", "from_tag", server_default=None)
    op.add_column("chunks", sa.Column("below_tag", sa.LargeBinary(), nullable=True))
    op.add_column(
        "chunks",
        sa.Column("in_hand", postgresql.ARRAY(sa.LargeBinary()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("chunks", sa.Column("expanded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE chunks c SET expanded_at = s.accepted_at, done_at = CASE WHEN EXISTS ("
        "   SELECT FROM deliveries d WHERE d.send_id = s.id AND d.state IN ('queued', 'sending')"
        " ) THEN NULL ELSE COALESCE(c.done_at, now()) END FROM sends s WHERE s.id = c.send_id"
    )
    op.drop_index("ix_deliveries_chunk_id_due_at", table_name="deliveries")
    op.drop_constraint("uq_deliveries_send_id_tag", "deliveries", type_="unique")
    op.drop_constraint("fk_deliveries_chunk_id", "deliveries", type_="foreignkey")
    op.drop_constraint("ck_deliveries_state", "deliveries", type_="check")
    op.drop_constraint("pk_deliveries", "deliveries", type_="primary")
    op.drop_column("deliveries", "claim")
    op.drop_column("deliveries", "chunk_id")
    op.drop_column("deliveries", "id")
    op.execute("DELETE FROM chunks WHERE place > 0")
    # A mail that was under way may have arrived.
    op.execute("UPDATE deliveries SET state = 'queued', repeats = repeats + 1 WHERE state = 'sending'")
    op.create_primary_key("pk_deliveries", "deliveries", ["send_id", "tag"])
    op.create_check_constraint("ck_deliveries_state", "deliveries", "state IN ('queued', 'sent', 'failed', 'withheld')")
    op.add_column("deliveries", sa.Column("area", sa.Text(), nullable=True))
    op.execute("ALTER TABLE deliveries SET (fillfactor = 70)")
    # So that identity's `republish` is taken as news, for the wards that were not kept before.
    op.execute("UPDATE known_persons SET version = version - 1")
    op.add_column("known_persons", sa.Column("area", sa.Text(), nullable=True))
    op.create_index("ix_known_persons_area", "known_persons", ["area"], unique=False)

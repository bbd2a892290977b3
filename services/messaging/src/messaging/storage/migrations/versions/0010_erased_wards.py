"""No ward and no consent of who was erased; the sends of one group or organisation by time."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("UPDATE known_persons SET area = NULL WHERE state = 'closed'")
    op.execute("DELETE FROM known_consents k USING known_persons p WHERE p.id = k.person_id AND p.state = 'closed'")
    op.create_index("ix_sends_group_id_accepted_at", "sends", ["group_id", "accepted_at"])
    op.create_index("ix_sends_organisation_id_accepted_at", "sends", ["organisation_id", "accepted_at"])

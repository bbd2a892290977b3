"""Areas have versions, and are told to the others."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("areas", sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False))
    # Those that are known already, as `groups.area_changed.v1` in the envelope of that day.
    op.execute(
        """
        INSERT INTO outbox (event_id, routing_key, envelope)
        SELECT told.id, 'groups.area_changed.v1', jsonb_build_object(
            'event_id', told.id, 'type', 'groups.area_changed.v1', 'occurred_at', now(), 'producer', 'groups',
            'aggregate_id', a.code, 'aggregate_version', 1, 'correlation_id', told.id, 'causation_id', NULL,
            'payload', jsonb_build_object(
                'code', a.code, 'name', a.name, 'level', a.level, 'parent', a.parent, 'version', 1
            )
        )
        FROM areas a, LATERAL (SELECT gen_random_uuid() AS id WHERE a.code IS NOT NULL) AS told
        """
    )

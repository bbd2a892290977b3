"""Mailboxes that were refused for ever are left alone, and tried again once a month."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for name in ("opened_at", "tried_at"):
        moment = sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
        op.add_column("comms_issues", moment)

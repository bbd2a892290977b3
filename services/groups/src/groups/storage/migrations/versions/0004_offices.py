"""offices"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "ballot_askers",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_ballot_askers_group_id")),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_ballot_askers")),
    )
    op.create_table(
        "ballots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nominations_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voting_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("electorate", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "elected", "nobody_stood", "nobody_voted", "nobody_left", name="outcome", native_enum=False, length=40
            ),
            nullable=True,
        ),
        sa.Column("elected", sa.Uuid(), nullable=True),
        sa.Column("is_by_lot", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_ballots_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
    )
    op.create_index(
        "ix_ballots_due", "ballots", ["nominations_until"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(op.f("ix_ballots_group_id"), "ballots", ["group_id"], unique=False)
    op.create_index(
        "uq_ballots_open", "ballots", ["group_id", "office"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "meeting_results",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes_note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("takes_effect_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "settled",
            sa.Enum("in_effect", "objected", "void", name="settled", native_enum=False, length=40),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_meeting_results_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_results")),
    )
    op.create_index(
        "ix_meeting_results_due",
        "meeting_results",
        ["takes_effect_at"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(op.f("ix_meeting_results_group_id"), "meeting_results", ["group_id"], unique=False)
    op.create_index(
        "uq_meeting_results_open",
        "meeting_results",
        ["group_id", "office"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "ballot_nominations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_nominations_ballot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_nominations")),
        sa.UniqueConstraint("ballot_id", "person_id", name=op.f("uq_ballot_nominations_ballot_id_person_id")),
    )
    op.create_table(
        "ballot_voters",
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("has_voted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_voters_ballot_id")),
        sa.PrimaryKeyConstraint("ballot_id", "person_id", name=op.f("pk_ballot_voters")),
    )
    op.create_table(
        "meeting_objections",
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["result_id"], ["meeting_results.id"], name=op.f("fk_meeting_objections_result_id")),
        sa.PrimaryKeyConstraint("result_id", "person_id", name=op.f("pk_meeting_objections")),
    )
    op.create_table(
        "ballot_choices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_choices_ballot_id")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["ballot_nominations.id"], name=op.f("fk_ballot_choices_nomination_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_choices")),
        sa.UniqueConstraint("receipt", name=op.f("uq_ballot_choices_receipt")),
    )
    op.create_index(op.f("ix_ballot_choices_ballot_id"), "ballot_choices", ["ballot_id"], unique=False)
    op.add_column("groups", sa.Column("founding_organisation_id", sa.Uuid(), nullable=True))
    op.add_column("terms", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("terms", sa.Column("last_seen_on", sa.Date(), nullable=True))
    op.add_column("terms", sa.Column("absent_until", sa.Date(), nullable=True))
    # By hand: nobody who leads today counts as away because nothing was noted before.
    op.execute("UPDATE terms SET last_seen_on = CURRENT_DATE WHERE until IS NULL")
    op.create_index(
        "ix_terms_ends_at",
        "terms",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("until IS NULL AND ends_at IS NOT NULL"),
    )

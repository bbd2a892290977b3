"""looks and acts that stay written down"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# The app's role may not touch what is written down. This takes an erased person out of it, and nobody else: their own
# ledger goes; of looks at their contact a digest is left, whose salt is kept nowhere.
_FORGET = """
CREATE FUNCTION forget_written_down(person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
BEGIN
    IF NOT EXISTS (SELECT FROM public.accounts WHERE id = person AND state = 'erased') THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied: the account is not erased';
    END IF;
    DELETE FROM public.ledger WHERE account_id = person;
    UPDATE public.contact_looks SET person_digest = sha256(salt || uuid_send(person)), person_id = NULL
    WHERE person_id = person;
END $$
"""

# Appointments of before were made by the address that their holder had.
_OFFERS = """
INSERT INTO appointment_offers (id, email, organisation_id, areas, asked_by, asked_at, until, ended_at, person_id)
SELECT gen_random_uuid(), accounts.email, appointments.organisation_id,
    appointments.areas, appointed_by, appointed_at, until, ended_at, person_id
FROM appointments JOIN accounts ON accounts.id = person_id
WHERE accounts.state <> 'erased'
"""


# Until now a notice counted once it was queued.
_NOTICES = """
UPDATE accounts SET notice_sent_at = warned_at WHERE warned_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM mail_queue WHERE mail_queue.account_id = accounts.id AND mail_queue.kind = 'inactive'
)
"""

# Its words count the time from when it is taken.
_NOTICE_WORDS = """
UPDATE mail_queue SET details = (details - 'until') || '{"months": "1"}' WHERE kind = 'inactive'
"""


def upgrade() -> None:
    op.create_table(
        "appointment_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("areas", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_appointment_offers_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["accounts.id"], name=op.f("fk_appointment_offers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_offers")),
    )
    op.create_index("ix_appointment_offers_asked_at", "appointment_offers", ["asked_at"], unique=False)
    op.create_index("ix_appointment_offers_email", "appointment_offers", ["email"], unique=False)
    op.create_index("ix_appointment_offers_person_id", "appointment_offers", ["person_id"], unique=False)
    op.create_table(
        "contact_looks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "police", "coordinator", "administrator", "police_system", name="role", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("person_digest", sa.LargeBinary(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(person_id, person_digest) = 1", name=op.f("ck_contact_looks_one_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_contact_looks_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["accounts.id"], name=op.f("fk_contact_looks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_looks")),
    )
    op.create_index("ix_contact_looks_person_id", "contact_looks", ["person_id"], unique=False)
    op.create_index("ix_contact_looks_staff_id_at", "contact_looks", ["staff_id", "at"], unique=False)
    op.add_column("accounts", sa.Column("notice_sent_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("uq_accounts_email_shared_as"), "accounts", type_="unique")
    op.create_index(
        "uq_accounts_email_shared_as",
        "accounts",
        ["email", "shared_as"],
        unique=True,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.execute(_OFFERS)
    op.execute(_NOTICES)
    op.execute(_NOTICE_WORDS)
    op.execute(_FORGET)

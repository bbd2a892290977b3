"""accounts that people can keep safe"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:  # noqa: PLR0915 - one step after another
    op.create_table(
        "known_offices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_offices")),
    )
    op.create_index(
        "ix_known_offices_person_id", "known_offices", ["person_id"], unique=False, postgresql_where=sa.text("is_held")
    )
    op.create_table(
        "tries",
        sa.Column("lane", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guess", sa.LargeBinary(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_tries")),
    )
    op.create_index("ix_tries_began_at", "tries", ["began_at"], unique=False)
    op.create_table(
        "machine_clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("areas", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_machine_clients_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_clients")),
    )
    op.create_index("ix_machine_clients_organisation_id", "machine_clients", ["organisation_id"], unique=False)
    op.create_index("ix_machine_clients_revoked_at", "machine_clients", ["revoked_at"], unique=False)
    op.create_table(
        "provider_sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_digest", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("nonce_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_verifier", sa.LargeBinary(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_provider_sign_ins_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_sign_ins")),
        sa.UniqueConstraint("state_digest", name=op.f("uq_provider_sign_ins_state_digest")),
    )
    op.create_index("ix_provider_sign_ins_expires_at", "provider_sign_ins", ["expires_at"], unique=False)
    op.create_table(
        "providers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigns_addresses", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_providers_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_providers")),
    )
    op.create_table(
        "challenges",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "add", "sign_in", "step_up", "staff_session", name="challengepurpose", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_challenges_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_challenges")),
    )
    op.create_index("ix_challenges_made_at", "challenges", ["made_at"], unique=False)
    op.create_table(
        "consent_receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wording_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_consent_receipts_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["accounts.id"], name=op.f("fk_consent_receipts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_receipts")),
    )
    op.create_index("ix_consent_receipts_person_id_id", "consent_receipts", ["person_id", "id"], unique=False)
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_devices_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("digest", name=op.f("uq_devices_digest")),
    )
    op.create_index("ix_devices_account_id", "devices", ["account_id"], unique=False)
    op.create_table(
        "email_changes",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("new_email", sa.Text(), nullable=False),
        sa.Column("new_shared_as", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_email_changes_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_email_changes")),
    )
    op.create_table(
        "erasures",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["accounts.id"], name=op.f("fk_erasures_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasures")),
    )
    op.create_index(
        "ix_erasures_told_at", "erasures", ["told_at"], unique=False, postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "signed_in",
                "new_device",
                "device_forgotten",
                "signed_out",
                "session_ended",
                "session_reused",
                "password_changed",
                "password_reset",
                "address_change_begun",
                "address_change_stopped",
                "address_changed",
                "authenticator_added",
                "authenticator_replaced",
                "authenticator_removed",
                "passkey_added",
                "passkey_removed",
                "mailed_codes_chosen",
                "mailed_codes_ended",
                "recovery_codes_made",
                "recovery_code_used",
                "consent_given",
                "consent_withdrawn",
                "details_corrected",
                "exported",
                "inactivity_noticed",
                "recovery_asked",
                "recovery_vouched",
                "recovery_waits",
                "recovery_stopped",
                "recovered",
                "appointed",
                "appointment_ended",
                "declared",
                "areas_changed",
                "suspended",
                "reinstated",
                "closed",
                "provider_set",
                "provider_removed",
                "provider_linked",
                "contact_looked_at",
                "client_added",
                "client_key_added",
                "client_key_retired",
                "client_revoked",
                name="ledgerkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_ledger_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index("ix_ledger_account_id_id", "ledger", ["account_id", "id"], unique=False)
    op.create_table(
        "machine_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("jwk", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["machine_clients.id"], name=op.f("fk_machine_keys_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_machine_keys_kid")),
    )
    op.create_index("ix_machine_keys_client_id", "machine_keys", ["client_id"], unique=False)
    op.create_table(
        "mailed_codes",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mailed_codes_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mailed_codes")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_passkeys_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index("ix_passkeys_account_id", "passkeys", ["account_id"], unique=False)
    op.create_table(
        "provider_subjects",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_provider_subjects_account_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_provider_subjects_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "issuer", "subject", name=op.f("pk_provider_subjects")),
        sa.UniqueConstraint("account_id", "issuer", name=op.f("uq_provider_subjects_account_id_issuer")),
    )
    op.create_table(
        "recoveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("claim_digest", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recoveries_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
        sa.UniqueConstraint("claim_digest", name=op.f("uq_recoveries_claim_digest")),
        sa.UniqueConstraint("reference", name=op.f("uq_recoveries_reference")),
    )
    op.create_index("ix_recoveries_account_id", "recoveries", ["account_id"], unique=False)
    op.create_index("ix_recoveries_expires_at", "recoveries", ["expires_at"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_account_id", "recovery_codes", ["account_id"], unique=False)
    op.create_table(
        "used_assertions",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["machine_clients.id"], name=op.f("fk_used_assertions_client_id")),
        sa.PrimaryKeyConstraint("client_id", "digest", name=op.f("pk_used_assertions")),
    )
    op.create_table(
        "erasure_answers",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["erasures.person_id"], name=op.f("fk_erasure_answers_person_id")),
        sa.PrimaryKeyConstraint("person_id", "service", name=op.f("pk_erasure_answers")),
    )
    op.create_table(
        "recovery_vouches",
        sa.Column("recovery_id", sa.Uuid(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recoveries.id"], name=op.f("fk_recovery_vouches_recovery_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["accounts.id"], name=op.f("fk_recovery_vouches_voucher_id")),
        sa.PrimaryKeyConstraint("recovery_id", "voucher_id", name=op.f("pk_recovery_vouches")),
    )
    op.create_index("ix_recovery_vouches_voucher_id", "recovery_vouches", ["voucher_id"], unique=False)
    op.add_column("accounts", sa.Column("shared_as", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "accounts", sa.Column("password_is_long", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column("accounts", sa.Column("mails_codes", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("accounts", sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("accounts", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("uq_accounts_email"), "accounts", type_="unique")
    op.create_unique_constraint(op.f("uq_accounts_email_shared_as"), "accounts", ["email", "shared_as"])
    op.add_column("appointments", sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("authenticators", sa.Column("pending_seed", sa.LargeBinary(), nullable=True))
    op.add_column("authenticators", sa.Column("pending_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("authenticators", "sealed_seed", existing_type=postgresql.BYTEA(), nullable=True)
    op.add_column("mail_queue", sa.Column("address", sa.Text(), nullable=True))
    op.add_column(
        "mail_queue", sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("organisations", sa.Column("email_domains", sa.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("sessions", sa.Column("device_id", sa.Uuid(), nullable=True))
    op.add_column("sessions", sa.Column("remembered", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("sessions", sa.Column("recovered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_sessions_device_id"), "sessions", "devices", ["device_id"], ["id"])

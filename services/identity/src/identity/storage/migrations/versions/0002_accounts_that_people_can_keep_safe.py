"""accounts that people can keep safe"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
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
        "ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "signed_in",
                "authenticator_added",
                "consent_given",
                "consent_withdrawn",
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
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_machine_clients_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_machine_clients_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_clients")),
    )
    op.create_index("ix_machine_clients_organisation_id", "machine_clients", ["organisation_id"], unique=False)
    op.create_index("ix_machine_clients_revoked_at", "machine_clients", ["revoked_at"], unique=False)
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
        "providers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigns_addresses", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_providers_organisation_id")),
        sa.ForeignKeyConstraint(["set_by"], ["accounts.id"], name=op.f("fk_providers_set_by")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_providers")),
    )
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
        sa.ForeignKeyConstraint(["added_by"], ["accounts.id"], name=op.f("fk_machine_keys_added_by")),
        sa.ForeignKeyConstraint(["client_id"], ["machine_clients.id"], name=op.f("fk_machine_keys_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_machine_keys_kid")),
    )
    op.create_index("ix_machine_keys_client_id", "machine_keys", ["client_id"], unique=False)
    op.create_table(
        "used_assertions",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["machine_clients.id"], name=op.f("fk_used_assertions_client_id")),
        sa.PrimaryKeyConstraint("client_id", "digest", name=op.f("pk_used_assertions")),
    )
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
    op.add_column("mail_queue", sa.Column("address", sa.Text(), nullable=True))
    op.add_column(
        "mail_queue", sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("organisations", sa.Column("email_domains", sa.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("sessions", sa.Column("device_id", sa.Uuid(), nullable=True))
    op.add_column("sessions", sa.Column("remembered", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_foreign_key(op.f("fk_sessions_device_id"), "sessions", "devices", ["device_id"], ["id"])

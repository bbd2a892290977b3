"""marking log"""

import secrets
from datetime import UTC

import sqlalchemy as sa
from alembic import op

from groups.domain.marking_log import SALT_BYTES, digest_of, link_after, seal_of

revision = "0003"
down_revision = "0002"

HASHES = ("about_seal", "marker_seal", "digest", "previous_hash", "hash")


# The form of an entry is what the log's hashes are over: it never changes, so a migration may use the code's own.
def _hash_what_is_there(connection: sa.Connection) -> None:
    entries = connection.execute(sa.text("SELECT * FROM marking_entries ORDER BY number")).mappings().all()
    last = None
    for row in entries:
        salt, marker_salt = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(SALT_BYTES)
        about = {"subject": str(row["subject_id"]), "statement": row["statement"], "reason": row["reason"]}
        about_seal = seal_of(salt, about)
        marker_seal = seal_of(marker_salt, {"staff": str(row["staff_id"])})
        fields = {
            "form": 1,
            "marking": str(row["marking_id"]),
            "entry": row["entry"],
            "group": str(row["group_id"]),
            "subject_kind": row["subject_kind"],
            "authority": row["authority"],
            "organisation": str(row["organisation_id"]),
            "entered_at": row["entered_at"].astimezone(UTC).isoformat(timespec="microseconds"),
            "expires_at": row["expires_at"].astimezone(UTC).isoformat(timespec="microseconds"),
            "declared_membership": row["declared_membership"],
            "declared_household": None,
            "about": about_seal.hex(),
            "marker": marker_seal.hex(),
        }
        last = link_after(last, digest_of(fields))
        hashed = {"about_seal": about_seal, "marker_seal": marker_seal, "digest": last.digest}
        connection.execute(
            sa.text(
                "UPDATE marking_entries SET number = :number, about_seal = :about_seal, marker_seal = :marker_seal,"
                " digest = :digest, previous_hash = :previous, hash = :hash WHERE number = :was"
            ),
            hashed | {"number": last.number, "previous": last.previous, "hash": last.hash, "was": row["number"]},
        )
        connection.execute(
            sa.text("INSERT INTO marking_details VALUES (:number, :salt, :statement, :reason)"),
            {"number": last.number, "salt": salt, "statement": row["statement"], "reason": row["reason"]},
        )
        connection.execute(
            sa.text("INSERT INTO marker_salts VALUES (:number, :salt)"), {"number": last.number, "salt": marker_salt}
        )


def upgrade() -> None:
    op.create_table(
        "log_heads",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_heads")),
        schema="sign",
    )
    op.create_table(
        "log_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_log_keys_kid")),
        schema="sign",
    )
    op.create_table(
        "told_expiries",
        sa.Column("marking_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("marking_id", name=op.f("pk_told_expiries")),
    )
    op.create_table(
        "group_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column(
            "what",
            sa.Enum("name", "area", "leading_office", name="change", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_changes_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_changes")),
    )
    op.create_index("ix_group_changes_group_id", "group_changes", ["group_id"], unique=False)
    op.create_table(
        "group_pages",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_pages_group_id")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_group_pages")),
        sa.UniqueConstraint("public_id", name=op.f("uq_group_pages_public_id")),
    )
    op.alter_column("marking_entries", "id", new_column_name="number")
    op.execute("ALTER TABLE marking_entries ALTER COLUMN number DROP IDENTITY")
    op.create_table(
        "marker_salts",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["marking_entries.number"], name=op.f("fk_marker_salts_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_marker_salts")),
    )
    op.create_table(
        "marking_details",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["marking_entries.number"], name=op.f("fk_marking_details_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_marking_details")),
    )
    op.add_column("marking_entries", sa.Column("declared_household", sa.Boolean(), nullable=True))
    for name in HASHES:
        op.add_column("marking_entries", sa.Column(name, sa.LargeBinary(), nullable=True))
    _hash_what_is_there(op.get_bind())
    for name in HASHES:
        op.alter_column("marking_entries", name, existing_type=sa.LargeBinary(), nullable=False)
    op.create_unique_constraint(op.f("uq_marking_entries_previous_hash"), "marking_entries", ["previous_hash"])
    op.drop_column("marking_entries", "statement")
    op.drop_column("marking_entries", "reason")
    op.create_index("ix_terms_group_id_office", "terms", ["group_id", "office"], unique=False)

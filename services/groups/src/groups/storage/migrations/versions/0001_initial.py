"""The first schema, with the areas of Tower Hamlets as facts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

FORCE = "E23000001"
BOROUGH = "E09000030"

# Wards of 2014 with the two names of 2022 (Bethnal Green became Bethnal Green East, St Peter's became West).
# Codes: the register of the Office for National Statistics, WD22; Open Government Licence v3.0.
WARDS = (
    ("E05009317", "Bethnal Green East"),
    ("E05009318", "Blackwall & Cubitt Town"),
    ("E05009319", "Bow East"),
    ("E05009320", "Bow West"),
    ("E05009321", "Bromley North"),
    ("E05009322", "Bromley South"),
    ("E05009323", "Canary Wharf"),
    ("E05009324", "Island Gardens"),
    ("E05009325", "Lansbury"),
    ("E05009326", "Limehouse"),
    ("E05009327", "Mile End"),
    ("E05009328", "Poplar"),
    ("E05009329", "St Dunstan's"),
    ("E05009330", "St Katharine's & Wapping"),
    ("E05009331", "Bethnal Green West"),
    ("E05009332", "Shadwell"),
    ("E05009333", "Spitalfields & Banglatown"),
    ("E05009334", "Stepney Green"),
    ("E05009335", "Weavers"),
    ("E05009336", "Whitechapel"),
)


def upgrade() -> None:
    op.execute("CREATE SCHEMA sign")
    op.create_table(
        "areas",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "level", sa.Enum("force", "borough", "ward", name="level", native_enum=False, length=40), nullable=False
        ),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["areas.code"], name=op.f("fk_areas_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_areas")),
    )
    op.create_index(op.f("ix_areas_parent"), "areas", ["parent"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_handled_at", "inbox", ["handled_at"], unique=False)
    op.create_table(
        "known_invitees",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_tag", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_invitees")),
    )
    op.create_index(op.f("ix_known_invitees_email_tag"), "known_invitees", ["email_tag"], unique=False)
    op.create_table(
        "known_organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "authority", sa.Enum("police", "ourwatch", name="authority", native_enum=False, length=40), nullable=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_organisations")),
    )
    op.create_table(
        "known_people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_people")),
    )
    op.create_table(
        "known_staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "police", "coordinator", "administrator", "police_system", name="role", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_staff")),
    )
    op.create_index(op.f("ix_known_staff_person_id"), "known_staff", ["person_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("routing_key", sa.Text(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
    )
    op.create_table(
        "relay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asleep", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay")),
    )
    op.create_table(
        "organisation_keys",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_organisation_keys_kid")),
        schema="sign",
    )
    op.create_table(
        "groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("neighbourhood_watch", "community_group", "ward_panel", name="kind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "visibility", sa.Enum("hidden", "visible", name="visibility", native_enum=False, length=40), nullable=False
        ),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column(
            "state", sa.Enum("active", "archived", name="groupstate", native_enum=False, length=40), nullable=False
        ),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name=op.f("fk_groups_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )
    op.create_index("ix_groups_area_id", "groups", ["area", "id"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("email_tag", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_invitations_group_id")),
        sa.PrimaryKeyConstraint("group_id", "email_tag", name=op.f("pk_invitations")),
    )
    op.create_index("ix_invitations_email_tag", "invitations", ["email_tag"], unique=False)
    op.create_table(
        "join_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_join_links_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_join_links_digest")),
    )
    op.create_index(op.f("ix_join_links_group_id"), "join_links", ["group_id"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
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
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_ledger_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index("ix_ledger_group_id_id", "ledger", ["group_id", "id"], unique=False)
    op.create_table(
        "marking_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("marking_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.Enum("grant", "withdrawal", name="entry", native_enum=False, length=40), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Enum("group", "member", "scheme_coordinator", name="subjectkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "authority", sa.Enum("police", "ourwatch", name="authority", native_enum=False, length=40), nullable=False
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("declared_membership", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_marking_entries_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_entries")),
        sa.UniqueConstraint("marking_id", "entry", name=op.f("uq_marking_entries_marking_id_entry")),
    )
    op.create_index("ix_marking_entries_group_id", "marking_entries", ["group_id"], unique=False)
    op.create_index("ix_marking_entries_subject_id", "marking_entries", ["subject_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "pending",
                "active",
                "suspended",
                "left",
                "removed",
                name="membershipstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_memberships_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("group_id", "person_id", name=op.f("uq_memberships_group_id_person_id")),
    )
    op.create_index("ix_memberships_person_id", "memberships", ["person_id"], unique=False)
    op.create_table(
        "terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_terms_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
    )
    op.create_index(
        "uq_terms_forwarder",
        "terms",
        ["group_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL AND office = 'forwarder'"),
    )
    op.create_index(
        "uq_terms_held_by_person",
        "terms",
        ["group_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL AND office <> 'forwarder'"),
    )
    op.create_index(
        "uq_terms_held_office",
        "terms",
        ["group_id", "office"],
        unique=True,
        postgresql_where=sa.text("until IS NULL AND office <> 'forwarder'"),
    )
    op.bulk_insert(
        sa.table("areas", sa.column("code"), sa.column("name"), sa.column("level"), sa.column("parent")),
        [
            {"code": FORCE, "name": "Metropolitan Police", "level": "force", "parent": None},
            {"code": BOROUGH, "name": "Tower Hamlets", "level": "borough", "parent": FORCE},
            *({"code": code, "name": name, "level": "ward", "parent": BOROUGH} for code, name in WARDS),
        ],
    )
    op.execute("INSERT INTO relay (id, asleep) VALUES (1, false)")

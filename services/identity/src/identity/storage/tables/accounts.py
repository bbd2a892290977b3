"""Accounts, their organisations, and what is said and mailed to them."""

from shared.auth.principal import Plane, Role
from shared.db.columns import moment, words
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    false,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from identity.domain.accounts import AccountState, Authority
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import LinkPurpose, MailKind
from identity.storage.tables.metadata import metadata

organisations = Table(
    "organisations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("authority", words(Authority)),
    Column("version", Integer, nullable=False),
    Column("email_domains", ARRAY(Text), nullable=False, server_default="{}"),
    # Counts while that account serves the organisation: asked whenever it matters, so it needs no key to accounts.
    Column("data_protection_officer_id", Uuid),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plane", words(Plane), nullable=False),
    Column("email", Text, nullable=False),
    Column("shared_as", Text, nullable=False, server_default=""),
    Column("display_name", Text, nullable=False),
    Column("state", words(AccountState), nullable=False),
    moment("created_at"),
    Column("password_hash", Text),
    Column("area", Text),
    Column("organisation_id", Uuid, ForeignKey("organisations.id")),
    Column("role", words(Role)),
    Column("areas", ARRAY(Text), nullable=False),
    Column("version", Integer, nullable=False),
    Column("password_is_long", Boolean, nullable=False, server_default=true()),
    Column("mails_codes", Boolean, nullable=False, server_default=false()),
    moment("last_active_at", nullable=True),
    moment("warned_at", nullable=True),
    moment("notice_sent_at", nullable=True),
    # A closed account keeps its address for what it did, and leaves it to the next.
    Index("uq_accounts_email_shared_as", "email", "shared_as", unique=True, postgresql_where=text("state <> 'closed'")),
)

# A new address that waits: to be confirmed by its mailbox, then for the owner of the old one to stop it.
email_changes = Table(
    "email_changes",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id"), primary_key=True),
    Column("new_email", Text, nullable=False),
    Column("new_shared_as", Text, nullable=False),
    moment("begun_at"),
    moment("effective_at", nullable=True),
)

# Secrets of links: their SHA-256, one purpose each, used once by one conditional statement.
links = Table(
    "links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("purpose", words(LinkPurpose), nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    moment("expires_at"),
    moment("used_at", nullable=True),
    Index("ix_links_account_id", "account_id"),
)

# What is still to be mailed: to the account's own address unless another is given, as before a change of address.
# `details` are for the words. The link's secret is made when the mail is written, so none rests here.
mail_queue = Table(
    "mail_queue",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", words(MailKind), nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    moment("due_at"),
    Column("attempts", Integer, nullable=False),
    Column("address", Text),
    Column("details", JSONB, nullable=False, server_default="{}"),
    Index("ix_mail_queue_due_at", "due_at"),
)

# What happened to an account, for its owner to read. Added to and never changed.
ledger = Table(
    "ledger",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False),
    moment("at"),
    Column("kind", words(LedgerKind), nullable=False),
    Column("details", JSONB, nullable=False),
    Index("ix_ledger_account_id_id", "account_id", "id"),
)

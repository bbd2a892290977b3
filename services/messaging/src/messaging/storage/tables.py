"""Messaging's tables: what it knows of others, its lists, messages, and the deliveries of each send."""

from shared.db.columns import moment
from shared.db.rights import app_rights
from shared.db.tables import service_metadata
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

metadata = service_metadata()


# What identity and groups have told; a row is replaced by a newer version and never removed.
known_persons = Table(
    "known_persons",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("area", Text),  # a ward's GSS code
    Column("version", BigInteger, nullable=False),
    Index("ix_known_persons_area", "area"),
)

# Where a person's ward lies: force, borough and ward by their GSS codes.
known_areas = Table(
    "known_areas",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", Text),
    Column("version", BigInteger, nullable=False),
    Index("ix_known_areas_parent", "parent"),
)

known_consents = Table(
    "known_consents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("ix_known_consents_person_id_organisation_id", "person_id", "organisation_id"),
)

# A term in an office; `until` is null while it is held.
known_terms = Table(
    "known_terms",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("office", Text, nullable=False),
    moment("until", nullable=True),
    Column("version", BigInteger, nullable=False),
    Index("ix_known_terms_group_id", "group_id", postgresql_where=text("until IS NULL")),
)

# Staff accounts and appointments: whether, and where, they may still act when what they scheduled is due.
known_staff = Table(
    "known_staff",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organisation_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("areas", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
)

known_contacts = Table(
    "known_contacts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text),
    Column("tag", LargeBinary),
    Column("version", BigInteger, nullable=False),
    Index("ix_known_contacts_tag", "tag"),
)

known_organisations = Table(
    "known_organisations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
)

known_groups = Table(
    "known_groups",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
)

# P4: the group's own sending is paused until then, and goes on by itself.
known_pauses = Table(
    "known_pauses",
    metadata,
    Column("id", Uuid, primary_key=True),  # the group
    moment("paused_until", nullable=True),
    Column("version", BigInteger, nullable=False),
)

known_memberships = Table(
    "known_memberships",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("ix_known_memberships_group_id_state", "group_id", "state"),
    Index("ix_known_memberships_person_id_group_id", "person_id", "group_id"),
)

# A way of reaching a person that fails, or did. Of one channel each person has one row.
comms_issues = Table(
    "comms_issues",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("tag", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("person_id", "channel"),
    CheckConstraint("channel IN ('email')", "channel"),
    CheckConstraint("state IN ('open', 'solved')", "state"),
    Index("ix_comms_issues_tag", "tag", postgresql_where=text("state = 'open'")),
)

# Mails to a mailbox that came back, whosever it is. Each that did not undoes one.
bounces = Table(
    "bounces",
    metadata,
    Column("tag", LargeBinary, primary_key=True),
    Column("in_a_row", Integer, nullable=False),
    Column("taken_since", Integer, nullable=False, server_default=text("0")),
    Column("last_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

known_revocations = Table(
    "known_revocations",
    metadata,
    Column("id", Uuid, primary_key=True),  # the release
    Column("whole", Boolean, nullable=False),
    Column("recipient_refs", ARRAY(Uuid), nullable=False),
    Column("version", BigInteger, nullable=False),
)

lists = Table(
    "lists",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("made_by", Uuid, nullable=False),
    moment("made_at"),
    UniqueConstraint("group_id", "name"),
)

list_contacts = Table(
    "list_contacts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("list_id", Uuid, ForeignKey("lists.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("tag", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    moment("asked_at"),
    moment("confirmed_at", nullable=True),
    UniqueConstraint("list_id", "tag"),
    CheckConstraint("state IN ('pending', 'confirmed')", "state"),
)

list_members = Table(
    "list_members",
    metadata,
    Column("list_id", Uuid, ForeignKey("lists.id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    moment("added_at"),
)

# What a member wants to be sent, and when not. Quiet hours are by the local clock and may span midnight.
preferences = Table(
    "preferences",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("muted_types", ARRAY(Text), nullable=False),
    Column("quiet_from", Time),
    Column("quiet_to", Time),
    CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL) AND quiet_from <> quiet_to", "quiet_hours"),
)

# Who left what with one click. It outlives contacts and memberships: being added again does not undo it (P27).
departures = Table(
    "departures",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("scope_id", Uuid, primary_key=True),
    Column("tag", LargeBinary, primary_key=True),
    moment("left_at"),
    CheckConstraint("scope IN ('list', 'group', 'organisation')", "scope"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid),  # null for an alert to several groups, or to an area
    Column("organisation_id", Uuid),  # of an alert
    Column("sent_by", Uuid, nullable=False),
    Column("sender", Text, nullable=False),
    Column("type", Text, nullable=False, server_default=text("'group_news'")),
    Column("priority", Integer, nullable=False),
    Column("sealed_subject", LargeBinary, nullable=False),
    Column("sealed_body", LargeBinary, nullable=False),
    moment("sent_at"),
    CheckConstraint("priority BETWEEN 1 AND 5", "priority"),
    CheckConstraint("group_id IS NOT NULL OR organisation_id IS NOT NULL", "of_somebody"),
    Index("ix_messages_group_id_id", "group_id", "id"),
    Index("ix_messages_organisation_id_id", "organisation_id", "id"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid),
    Column("organisation_id", Uuid),
    Column("added_by", Uuid, nullable=False),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("object_key", Text),
    Column("message_id", Uuid, ForeignKey("messages.id")),
    Column("place", Integer),
    moment("added_at"),
    Index("ix_attachments_message_id", "message_id"),
)

sends = Table(
    "sends",
    metadata,
    Column("id", Uuid, primary_key=True),  # of a message its own id
    Column("kind", Text, nullable=False),
    Column("group_id", Uuid),
    Column("message_id", Uuid, ForeignKey("messages.id")),
    Column("organisation_id", Uuid),
    Column("list_id", Uuid, ForeignKey("lists.id")),
    Column("release_id", Uuid, unique=True),
    Column("expires_at", DateTime(timezone=True)),
    Column("type", Text),  # of messages and alerts
    Column("priority", Integer, nullable=False, server_default=text("3")),
    moment("accepted_at"),
    CheckConstraint("kind IN ('message', 'alert', 'release', 'confirmation', 'question')", "kind"),
    Index("ix_sends_message_id", "message_id"),
    Index("ix_sends_group_id_accepted_at", "group_id", "accepted_at"),
    Index("ix_sends_organisation_id_accepted_at", "organisation_id", "accepted_at"),
    Index("ix_sends_questions", "group_id", "accepted_at", postgresql_where=text("kind = 'question'")),
)

# What is not yet sent of it stays unsent.
recalls = Table(
    "recalls",
    metadata,
    Column("send_id", Uuid, ForeignKey("sends.id"), primary_key=True),
    Column("recalled_by", Uuid, nullable=False),
    moment("recalled_at"),
)

# An urgent alert that one person sent alone, to be looked at by a second (P26).
reviews = Table(
    "reviews",
    metadata,
    Column("message_id", Uuid, ForeignKey("messages.id"), primary_key=True),
    Column("organisation_id", Uuid, nullable=False),
    Column("sent_by", Uuid, nullable=False),
    moment("due_at"),
    Column("reviewed_by", Uuid),
    moment("reviewed_at", nullable=True),
    Index("ix_reviews_organisation_id", "organisation_id", postgresql_where=text("reviewed_at IS NULL")),
)

# Of one group, or of one organisation, and theirs alone to read (P5).
drafts = Table(
    "drafts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("group_id", Uuid),
    Column("organisation_id", Uuid),
    Column("sealed_content", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("edited_by", Uuid, nullable=False),
    moment("edited_at"),
    Column("state", Text, nullable=False),
    Column("approved_by", Uuid),
    Column("approved_version", Integer),
    moment("send_at", nullable=True),
    Column("scheduled_by", Uuid),
    Column("message_id", Uuid, ForeignKey("messages.id")),
    CheckConstraint("(group_id IS NULL) <> (organisation_id IS NULL)", "of_somebody"),
    CheckConstraint("state IN ('draft', 'scheduled', 'sent', 'held')", "state"),
    CheckConstraint("(state = 'scheduled') = (send_at IS NOT NULL)", "scheduled"),
    Index("ix_drafts_group_id_id", "group_id", "id"),
    Index("ix_drafts_organisation_id_id", "organisation_id", "id"),
    Index("ix_drafts_send_at", "send_at", postgresql_where=text("state = 'scheduled'")),
)

# What somebody outside wrote to a group's officers: gone when the last mail of it has ended.
questions = Table(
    "questions",
    metadata,
    Column("send_id", Uuid, ForeignKey("sends.id"), primary_key=True),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_reply_to", LargeBinary, nullable=False),
    Column("sealed_text", LargeBinary, nullable=False),
)

# Whom a send is for. It is asked again before every sub-batch, so it holds what was chosen and not who that was.
send_parts = Table(
    "send_parts",
    metadata,
    Column("send_id", Uuid, ForeignKey("sends.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("is_excluded", Boolean, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ref", Uuid),
    Column("group_id", Uuid),
    Column("code", Text),
    CheckConstraint("kind IN ('group', 'list', 'office', 'area', 'person', 'contact')", "kind"),
    Index("ix_send_parts_ref", "ref"),
    Index("ix_send_parts_code", "code", postgresql_where=text("kind = 'area'")),
    Index("ix_send_parts_group_id", "group_id", postgresql_where=text("kind = 'office'")),
)

# A range of mailbox tags. One worker at a time has it, under an advisory lock that ends with its connection, and
# `in_hand` are the mailboxes whose mails it has begun to send: what it leaves there when it dies may have arrived.
chunks = Table(
    "chunks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("send_id", Uuid, ForeignKey("sends.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("from_tag", LargeBinary, nullable=False),
    Column("below_tag", LargeBinary),
    Column("in_hand", ARRAY(LargeBinary), nullable=False, server_default=text("'{}'")),
    Column("visits", Integer, nullable=False, server_default=text("0")),
    Column("announcements", Integer, nullable=False, server_default=text("1")),
    moment("due_at"),
    moment("expanded_at", nullable=True),
    moment("done_at", nullable=True),
    UniqueConstraint("send_id", "place"),
    Index("ix_chunks_due_at", "due_at", postgresql_where=text("done_at IS NULL")),
)

# No index knows a delivery's state, and pages have room: what became of it is written where it stands.
deliveries = Table(
    "deliveries",
    metadata,
    Column("send_id", Uuid, ForeignKey("sends.id"), primary_key=True),
    Column("tag", LargeBinary, primary_key=True),
    Column("recipient_ref", Uuid),  # of a release
    Column("contact_id", Uuid),  # of a confirmation
    Column("area", Text),  # the ward, where it is known
    Column("state", Text, nullable=False, server_default=text("'queued'")),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("repeats", Integer, nullable=False, server_default=text("0")),
    moment("due_at"),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("state IN ('queued', 'sent', 'failed', 'withheld')", "state"),
    Index("ix_deliveries_tag", "tag", postgresql_where=text("contact_id IS NOT NULL")),
    postgresql_with={"fillfactor": 70},
)

# Told by groups once. The address is sealed until the mail has gone, and then forgotten; its keyed hash a day later.
invitation_mails = Table(
    "invitation_mails",
    metadata,
    Column("id", Uuid, primary_key=True),  # the invitation
    Column("group_id", Uuid, nullable=False),
    Column("group_name", Text, nullable=False),
    Column("office", Text),
    Column("sealed_address", Text),
    Column("tag", LargeBinary),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    moment("accepted_at"),
    moment("due_at"),
    moment("expires_at"),
    CheckConstraint("state IN ('queued', 'sent', 'failed', 'withheld')", "state"),
    Index("ix_invitation_mails_due_at", "due_at", postgresql_where=text("state = 'queued'")),
    Index("ix_invitation_mails_tag", "tag", postgresql_where=text("tag IS NOT NULL")),
)

RIGHTS: list[str] = app_rights("messaging", metadata, append_only=("messages",))

"""The audit: every change of a row that matters, written by the database itself when a transaction commits.

A trigger that is put off until the commit cannot be forgotten by a use case, takes the lock of the chain last of all,
and writes with the owner's right: the service itself can neither add an entry nor change one.
"""

from shared.db.columns import moment
from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from groups.storage.tables.metadata import metadata
from groups.storage.tables.signing import SIGN

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    moment("entered_at"),
    Column("content_seal", LargeBinary, nullable=False),
    Column("actor_seal", LargeBinary),
    Column("digest", LargeBinary, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
)

# What `content_seal` seals, under its salt. Gone with a person of whom it tells (P29); `ids` finds those.
audit_contents = Table(
    "audit_contents",
    metadata,
    Column("number", BigInteger, ForeignKey("audit_entries.number"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("content", Text, nullable=False),
    Column("ids", ARRAY(Uuid), nullable=False),
    Index("ix_audit_contents_ids", "ids", postgresql_using="gin"),
)

# What `actor_seal` seals: who did it. Gone with them; without an actor it was the system itself, as time passed.
audit_actors = Table(
    "audit_actors",
    metadata,
    Column("number", BigInteger, ForeignKey("audit_entries.number"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("actor", Uuid, nullable=False, index=True),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("statement", Text, nullable=False),
    moment("signed_at"),
    schema=SIGN,
)

AUDITED: dict[str, tuple[str, ...]] = {
    "groups": (),
    "memberships": (),
    "terms": ("last_seen_on", "shown_factor_at"),
    "join_links": ("digest",),
    "invitations": ("email_tag",),
    "kept_people": ("name", "how_to_reach"),
    "ballots": (),
    "ballot_nominations": (),
    "meeting_results": (),
    "priorities": (),
    "priority_answers": (),
    "look_delays": (),
    "group_pages": (),
    "pauses": (),
    "abuse_reports": ("reporter_id", "text", "reply_to", "note"),
    "prepared_schemes": ("digest",),
    "merge_links": ("digest",),
}
"""Whose changes are entered, and which columns are left out: secrets, what is said of people without an account, and
what merely notes that somebody was there."""

NOT_AUDITED: dict[str, str] = {
    "areas": "brought in by the operator's command",
    "area_boundaries": "brought in by the operator's command",
    "ballot_askers": "who asks for a ballot is nobody's to see",
    "ballot_voters": "a vote is nobody's",
    "ballot_choices": "a vote is nobody's",
    "meeting_objections": "how many object shows, and never who",
    "group_changes": "follows from groups",
    "invitation_days": "a count of invitations",
    "known_people": "identity's, as it told",
    "known_invitees": "identity's, as it told",
    "known_staff": "identity's, as it told",
    "known_organisations": "identity's, as it told",
    "known_data_protection_officers": "identity's, as it told",
    "known_comms_issues": "messaging's, as it told",
    "ledger": "a record of its own, only added to",
    "marking_entries": "a log of its own, chained and signed",
    "marking_details": "of that log",
    "marker_salts": "of that log",
    "told_expiries": "that others were told",
    "outbox": "the platform's",
    "relay": "the platform's",
    "inbox": "the platform's",
    "idempotency_keys": "the platform's",
    "audit_entries": "this log",
    "audit_contents": "of this log",
    "audit_actors": "of this log",
}

# `entered_at` is spelled in the digest as it is here, in UTC to the microsecond; domain/audit.py spells it again.
_WRITE = """
CREATE OR REPLACE FUNCTION write_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    left_out text[] := coalesce(TG_ARGV, '{}');
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - left_out END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - left_out END;
    entered timestamptz := clock_timestamp();
    actor uuid := nullif(current_setting('ourwatch.actor', true), '');
    said text;
    salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    actor_salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    content_seal bytea;
    actor_seal bytea;
    digest bytea;
    last record;
BEGIN
    IF before = after THEN
        RETURN NULL;
    END IF;
    said := jsonb_build_object(
        'act', nullif(current_setting('ourwatch.act', true), ''), 'table', TG_TABLE_NAME, 'how', lower(TG_OP),
        'row', coalesce(after, before)
    );
    content_seal := sha256(salt || convert_to(said, 'UTF8'));
    actor_seal := sha256(actor_salt || convert_to(actor::text, 'UTF8'));
    digest := sha256(convert_to(concat_ws(
        chr(10), 'ourwatch audit entry', to_char(entered AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        encode(content_seal, 'hex'), coalesce(encode(actor_seal, 'hex'), '')
    ), 'UTF8'));
    PERFORM pg_advisory_xact_lock(7, 2);
    SELECT number, hash INTO last FROM audit_entries ORDER BY number DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT 0::bigint AS number, decode(repeat('00', 32), 'hex') AS hash INTO last;
    END IF;
    INSERT INTO audit_entries VALUES (
        last.number + 1, entered, content_seal, actor_seal, digest, last.hash,
        sha256(
            convert_to('ourwatch marking log' || chr(10), 'UTF8') || int8send(last.number + 1) || last.hash || digest
        )
    );
    INSERT INTO audit_contents VALUES (last.number + 1, salt, said, ARRAY(
        SELECT DISTINCT matched.parts[1]::uuid FROM regexp_matches(
            said, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g'
        ) AS matched (parts)
    ));
    IF actor IS NOT NULL THEN
        INSERT INTO audit_actors VALUES (last.number + 1, actor_salt, actor);
    END IF;
    RETURN NULL;
END
$$
"""


def _trigger(table: str, left_out: tuple[str, ...]) -> list[str]:
    given = ", ".join(f"'{column}'" for column in left_out)
    when = "AFTER INSERT OR UPDATE OR DELETE"
    made = f"CREATE CONSTRAINT TRIGGER audit {when} ON {table} DEFERRABLE INITIALLY DEFERRED"
    return [f"DROP TRIGGER IF EXISTS audit ON {table}", f"{made} FOR EACH ROW EXECUTE FUNCTION write_audit({given})"]


AUDIT_RIGHTS = [
    _WRITE,
    "REVOKE ALL ON FUNCTION write_audit() FROM PUBLIC",
    *(statement for table, left_out in AUDITED.items() for statement in _trigger(table, left_out)),
    "REVOKE INSERT, UPDATE, DELETE ON audit_entries FROM groups_app",
    "REVOKE INSERT, UPDATE ON audit_contents, audit_actors FROM groups_app",
    "GRANT SELECT (number, digest, previous_hash, hash) ON audit_entries TO groups_sign",
    "GRANT SELECT, INSERT ON sign.audit_heads TO groups_sign",
    "GRANT SELECT ON sign.audit_heads TO groups_app",
]

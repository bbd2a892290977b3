"""Groups' tables, the domain's dataclasses mapped to them, and the rights of the database roles."""

from shared.db.rights import app_rights
from sqlalchemy.orm import registry

from groups.domain.ballots import Ballot, Nomination
from groups.domain.groups import Group
from groups.domain.kept_people import KeptPerson
from groups.domain.look_delays import LookDelay
from groups.domain.meeting_results import MeetingResult
from groups.domain.memberships import Membership
from groups.domain.pauses import Pause
from groups.domain.priorities import Priority
from groups.domain.terms import Term
from groups.storage.tables.abuse import abuse_reports, pauses
from groups.storage.tables.audit import AUDIT_RIGHTS, audit_actors, audit_contents, audit_entries, audit_heads
from groups.storage.tables.ballots import (
    ballot_askers,
    ballot_choices,
    ballot_nominations,
    ballot_voters,
    ballots,
    meeting_objections,
    meeting_results,
)
from groups.storage.tables.boundaries import area_boundaries
from groups.storage.tables.groups import areas, groups, join_links, memberships, merge_links, terms
from groups.storage.tables.keeping import invitation_days, invitations, kept_people
from groups.storage.tables.known import (
    known_comms_issues,
    known_data_protection_officers,
    known_invitees,
    known_organisations,
    known_people,
    known_staff,
)
from groups.storage.tables.looks import ledger, look_delays
from groups.storage.tables.markings import (
    APPEND_ONLY,
    group_changes,
    group_pages,
    marker_salts,
    marking_details,
    marking_entries,
    told_expiries,
)
from groups.storage.tables.metadata import metadata
from groups.storage.tables.prepared import prepared_schemes
from groups.storage.tables.priorities import priorities, priority_answers
from groups.storage.tables.signing import SIGN_RIGHTS, log_heads, log_keys, organisation_keys

__all__ = [
    "RIGHTS",
    "abuse_reports",
    "area_boundaries",
    "areas",
    "audit_actors",
    "audit_contents",
    "audit_entries",
    "audit_heads",
    "ballot_askers",
    "ballot_choices",
    "ballot_nominations",
    "ballot_voters",
    "ballots",
    "group_changes",
    "group_pages",
    "groups",
    "invitation_days",
    "invitations",
    "join_links",
    "kept_people",
    "known_comms_issues",
    "known_data_protection_officers",
    "known_invitees",
    "known_organisations",
    "known_people",
    "known_staff",
    "ledger",
    "log_heads",
    "log_keys",
    "look_delays",
    "marker_salts",
    "marking_details",
    "marking_entries",
    "meeting_objections",
    "meeting_results",
    "memberships",
    "merge_links",
    "metadata",
    "organisation_keys",
    "pauses",
    "prepared_schemes",
    "priorities",
    "priority_answers",
    "terms",
    "told_expiries",
]

_mapped = registry(metadata=metadata)

_mapped.map_imperatively(Group, groups)
_mapped.map_imperatively(Membership, memberships)
_mapped.map_imperatively(KeptPerson, kept_people)
_mapped.map_imperatively(Term, terms)
# What the files keep is the database's own affair.
_mapped.map_imperatively(Ballot, ballots, exclude_properties=["swept_at"])
_mapped.map_imperatively(Nomination, ballot_nominations)
_mapped.map_imperatively(MeetingResult, meeting_results)
_mapped.map_imperatively(Priority, priorities)
_mapped.map_imperatively(LookDelay, look_delays)
_mapped.map_imperatively(Pause, pauses)

RIGHTS: list[str] = [
    *app_rights("groups", metadata, append_only=("ledger", "priority_answers", *APPEND_ONLY)),
    # To write them anew, as their owner could.
    "GRANT MAINTAIN ON ballot_voters, ballot_choices TO groups_app",
    "REVOKE INSERT, UPDATE, DELETE ON areas, area_boundaries FROM groups_app",
    *SIGN_RIGHTS,
    *AUDIT_RIGHTS,
]

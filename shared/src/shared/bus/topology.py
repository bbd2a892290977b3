"""The broker's exchanges, queues and rights, derived from one table of who reads what."""

from dataclasses import dataclass

RETRY_SECONDS = (1, 10, 60, 600)
MOST_ATTEMPTS = 12
DELIVERY_LIMIT = 50
UNROUTED = "unrouted"

# queue -> the event types that reach it. Contact details go to messaging's queue alone.
READERS: dict[str, tuple[str, ...]] = {
    "identity.events": (
        "groups.office_changed.v1",
        "groups.erasure_done.v1",
        "documents.erasure_done.v1",
        "messaging.erasure_done.v1",
    ),
    "groups.events": (
        "identity.person_changed.v1",
        "identity.invitee_known.v1",
        "identity.staff_changed.v1",
        "identity.organisation_changed.v1",
        "identity.data_protection_officer_named.v1",
        "identity.contact_looked_at.v1",
        "identity.person_erased.v1",
        "messaging.comms_issue_changed.v1",
    ),
    # Who belongs is told to documents by the pass of each request, so it keeps no copy of people or memberships.
    "documents.events": (
        "messaging.release_links_issued.v2",
        "messaging.release_links_ended.v1",
        "identity.person_erased.v1",
    ),
    "messaging.events": (
        "identity.person_changed.v1",
        "identity.contact_changed.v1",
        "identity.organisation_changed.v1",
        "identity.consent_changed.v1",
        "identity.staff_changed.v1",
        "identity.person_erased.v1",
        "groups.area_changed.v1",
        "groups.group_changed.v1",
        "groups.membership_changed.v1",
        "groups.office_changed.v1",
        "groups.pause_changed.v1",
        "groups.contact_asked.v1",
        "groups.invitation_made.v1",
        "documents.release_created.v1",
        "documents.release_revoked.v1",
    ),
    "messaging.sending": ("messaging.chunk_ready.v1",),
}

# Told before anybody keeps a copy: a service holds no personal data that it does not use yet, and `republish` gives a
# new reader all of it. Who will read is named here.
UNREAD: dict[str, str] = {
    "groups.marking_changed.v1": "messaging, once audiences are marked groups",
}

SERVICES = ("identity", "groups", "documents", "messaging")


@dataclass(frozen=True, slots=True)
class Rights:
    """What a service's broker user may do, as RabbitMQ's patterns: nothing is configured at run time."""

    configure: str
    write: str
    read: str


def rights_of(service: str) -> Rights:
    """Write to its own exchanges, read its own queues."""
    return Rights(configure="^$", write=rf"^{service}(\.retry)?$", read=rf"^{service}\.[a-z]+$")


def retry_exchange(queue: str) -> str:
    """Where a service puts copies of its own messages back."""
    return f"{queue.partition('.')[0]}.retry"


def retry_queue(queue: str, seconds: int) -> str:
    """A queue whose messages return to `queue` after so many seconds."""
    return f"{queue}.retry.{seconds}s"


def dead_queue(queue: str) -> str:
    """Where messages lie that nobody could handle."""
    return f"{queue}.dead"


def retry_seconds(attempt: int, at_least: float) -> int:
    """The wait before an attempt: growing with each, and never under what was asked for, as far as waits go."""
    grown = RETRY_SECONDS[min((attempt - 1) // 3, len(RETRY_SECONDS) - 1)]
    return next((s for s in RETRY_SECONDS if s >= max(grown, at_least)), RETRY_SECONDS[-1])

"""Every row against everybody, beside a second and independent reading of the rules."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from gateway.domain.decide import NotSignedIn, decide
from gateway.domain.errors import NotForThisSession, RevocationsUnknown, SecondFactorNeeded
from gateway.domain.policy import FORBIDDEN, ROWS
from gateway.domain.rows import Forbidden, Row, Who
from shared.auth.principal import Assurance, Principal, Role
from shared.clock import now
from shared.testing.issuer import a_member, a_police_system, a_staff_member

NOW = now()
PEOPLE: dict[str, Principal | None] = {
    "nobody": None,
    "member": a_member(),
    "police": a_staff_member(Role.POLICE, frozenset()),
    "coordinator": a_staff_member(Role.COORDINATOR, frozenset()),
    "administrator": a_staff_member(Role.ADMINISTRATOR, frozenset()),
    "police_system": a_police_system(),
}
AGES = {timedelta(minutes=4), timedelta(minutes=6), timedelta(hours=11), timedelta(hours=13)}

# What product.md says of acts and seconds factors, written down apart from the table.
OPEN_TO_ALL = {
    "/accounts", "/accounts/confirm", "/sessions", "/sessions/refresh", "/keys", "/staff-invitations/accept",
    "/staff-invitations/confirm", "/areas", "/directory", "/join", "/markings/check", "/marking-keys", "/marking-log",
    "/g/{public_id}",
    "/accounts/confirmations", "/password-resets", "/password-resets/open", "/email-changes/confirm",
    "/email-changes/stop", "/sessions/passkey", "/sessions/passkey/options", "/recoveries",
    "/recoveries/stop", "/recoveries/claim", "/releases/{release_id}", "/releases/{release_id}/download",
    "/contacts/confirm", "/leave", "/leave/undo", "/machine/tokens", "/staff-sign-in/{organisation_id}",
    "/staff-sign-in/callback",
    "/areas/at", "/directory/{group_id}/contact", "/directory/{group_id}/abuse-reports",
}  # fmt: skip
# What gives power, or a credential; taking one away asks for the second factor of the day.
FRESH = (
    "/offices/", "/forwarders/", "/accounts/{account_id}/areas", "/reinstate", "/email-domains", "/provider",
    "/data-protection-officer", "/staff/organisations$", "/staff/accounts$", "/staff/appointments$",
    "/staff/me/password", "/vouch", "/meeting-results$", "/members/import$",
    "/groups/{group_id}/archive$", "/groups/{group_id}/reopen$", "/merge-links$", "/merge$",
)  # fmt: skip
CREDENTIALS = ("/clients", "/keys")
# What takes a factor of one's own away, or hands out what replaces one.
FRESH_OF_ONES_OWN = {
    ("DELETE", "/authenticator"), ("DELETE", "/passkeys/{passkey_id}"), ("DELETE", "/mailed-codes"),
    ("POST", "/recovery-codes"),
}  # fmt: skip
ADMINISTRATION = ("/staff/organisations", "/staff/accounts", "/staff/appointments")
STEP_UP = "/staff/sessions/current/step-up"
EVERY_STAFF = {
    ("GET", "/staff/contact-looks"), ("GET", "/staff/looks"),  # P17: the service knows whom
    ("GET", "/staff/me"), ("DELETE", "/staff/sessions/current"), ("GET", "/staff/organisations"),
    ("POST", STEP_UP), ("POST", f"{STEP_UP}/passkey"), ("POST", f"{STEP_UP}/passkey/options"),
}  # fmt: skip
# Staff who came in with one factor may look what they have, show another, add another and go (P30).
WITH_ONE_FACTOR = {
    ("DELETE", "/staff/sessions/current"), ("POST", STEP_UP), ("POST", f"{STEP_UP}/passkey"),
    ("POST", f"{STEP_UP}/passkey/options"), ("GET", "/staff/me/factors"), ("POST", "/staff/me/authenticator"),
    ("POST", "/staff/me/authenticator/confirm"), ("POST", "/staff/me/passkeys"), ("POST", "/staff/me/passkeys/options"),
}  # fmt: skip
OF_EVERY_STAFF = ("/staff/me/sessions", "/staff/me/password", "/staff/me/ledger")
OFFICERS_WRITE = (
    "/join-links", "/invitations", "/admissions", "/refuse", "/remove", "/releases", "/contacts", "/members/",
    "/attachments", "/messages", "/lists", "/markings", "/reviews", "/page/renew", "/absence", "/priorities",
    "/look-delays", "/suspend", "/resume", "/kept-people",
    "/pause", "/documents", "/folders", "/bin/", "/audience", "/drafts",
)  # fmt: skip

# What a coordinator holds out to a resident, and what staff say of a report.
BESIDES_GROUPS = {
    ("POST", "/staff/schemes"), ("DELETE", "/staff/schemes/{scheme_id}"),
    ("POST", "/staff/abuse-reports/{report_id}/close"),
}  # fmt: skip
# Anybody reads what a take-over link says; a member takes it up.
READ_BY_ALL = {("GET", "/schemes/take-over")}


def second_factor_hours(row: Row) -> float | None:
    if row.path.endswith("/contact"):
        return 12  # P16: an address is more than a name
    if row.path.endswith("/kept-people"):
        return 12  # P16: as above
    if row.path.endswith("/poster.svg"):
        return 12  # P30: an officer's act, which makes the page's address
    if row.path.endswith(("/markings/log", "/members.csv", "/vault.zip")):
        return 5 / 60  # taking along is exporting
    if row.method in {"GET", "HEAD"} or row.path in OPEN_TO_ALL:
        return None
    of_ones_own = (row.method, row.path.removeprefix("/staff").removeprefix("/me")) in FRESH_OF_ONES_OWN
    gives_credential = row.method == "POST" and row.path.endswith(CREDENTIALS)
    if of_ones_own or gives_credential or any(part in f"{row.path}$" for part in FRESH):
        return 5 / 60
    alerts = ("/staff/audience", "/staff/attachments", "/staff/messages", "/staff/drafts")
    is_act = row.path.startswith(("/groups/{group_id}/", "/staff/groups/", *alerts)) and any(
        p in row.path for p in OFFICERS_WRITE
    )
    changes_group = (row.method, row.path) in {
        ("PATCH", "/groups/{group_id}"),
        ("POST", "/staff/groups"),
        *BESIDES_GROUPS,
    }
    return 12 if is_act or changes_group or row.path.startswith(ADMINISTRATION) else None


def may_try(who: str, row: Row) -> bool:
    if row.service == "documents" and who not in {"nobody", "member"}:
        return False  # P2
    if row.path in OPEN_TO_ALL or (row.method, row.path) in READ_BY_ALL:
        return True
    if not row.path.startswith("/staff/"):
        return who == "member"  # P1
    if (row.method, row.path) in EVERY_STAFF or row.path.startswith(
        ("/staff/me/sessions", "/staff/me/password", "/staff/me/ledger")
    ):
        return who in {"police", "coordinator", "administrator"}
    if row.path.startswith("/staff/me/"):
        return who in {"police", "administrator"}  # a coordinator is a member, and has the factors of one
    if row.path.startswith("/staff/schemes"):
        return who == "coordinator"  # who looks after schemes prepares them
    if row.path.endswith("/answers"):
        return who == "police"  # a panel asks the police, and they answer
    return who == "administrator" if row.path.startswith(ADMINISTRATION) else who in {"police", "coordinator"}


def expected(row: Row, who: str, *, two: bool, age: timedelta, known: bool) -> type[Exception] | None:
    if not may_try(who, row):
        return NotSignedIn if who == "nobody" else NotForThisSession
    hours = second_factor_hours(row)
    if row.path in OPEN_TO_ALL or (row.method, row.path) in READ_BY_ALL:
        return None
    if not known and (who != "member" or hours is not None):
        return RevocationsUnknown
    is_staff = who in {"police", "coordinator", "administrator"}
    if is_staff and not two and (row.method, row.path) not in WITH_ONE_FACTOR:
        return SecondFactorNeeded
    return SecondFactorNeeded if hours is not None and not (two and age <= timedelta(hours=hours)) else None


def decided(row: Row, principal: Principal | None, *, known: bool) -> type[Exception] | None:
    try:
        decide(row, FORBIDDEN, principal, revocations_known=known, now=NOW)
    except Exception as refusal:  # noqa: BLE001 - what came out is the finding
        return type(refusal)
    return None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_lets_in_whom_the_rules_let_in(row: Row) -> None:
    for (who, person), age, assurance, known in product(PEOPLE.items(), AGES, Assurance, (True, False)):
        principal = person and replace(person, assurance=assurance, authenticated_at=NOW - age)
        two = assurance is Assurance.TWO_FACTORS
        assert decided(row, principal, known=known) is expected(row, who, two=two, age=age, known=known), (
            who, age, assurance, known,
        )  # fmt: skip


def test_a_forbid_row_beats_a_permit_row() -> None:
    """P2: also a row that says in so many words that police may."""
    row = Row("mistake", "documents", "GET", "/groups/{group_id}/documents", frozenset(Who))
    for who in (*Role,):
        staff = a_police_system() if who is Role.POLICE_SYSTEM else a_staff_member(who, frozenset())
        with pytest.raises(NotForThisSession):
            decide(row, FORBIDDEN, staff, revocations_known=True, now=NOW)
    decide(row, FORBIDDEN, a_member(), revocations_known=True, now=NOW)


def test_a_forbid_row_holds_for_its_own_service_alone() -> None:
    row = Row("open", "groups", "GET", "/groups", frozenset({Who.POLICE}))
    police = a_staff_member(Role.POLICE, frozenset())
    decide(row, FORBIDDEN, police, revocations_known=True, now=NOW)
    with pytest.raises(NotForThisSession):
        decide(row, (Forbidden("none", "groups", frozenset({Who.POLICE})),), police, revocations_known=True, now=NOW)


def test_a_row_for_nobody_opens_to_nobody() -> None:
    row = Row("closed", "groups", "GET", "/groups", frozenset())
    for person in PEOPLE.values():
        with pytest.raises((NotSignedIn, NotForThisSession)):
            decide(row, FORBIDDEN, person, revocations_known=True, now=NOW)

"""The policy table and the services' own routes, held against each other both ways."""

import importlib
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from gateway.access_page import access_page
from gateway.domain.policy import FORBIDDEN, ROWS
from gateway.domain.rows import BodyLimit, Proof, Who

ROOT = Path(__file__).parents[2]
SERVICES = ("identity", "groups", "documents", "messaging")
STAFF_AND_MACHINES = {Who.POLICE, Who.COORDINATOR, Who.ADMINISTRATOR, Who.POLICE_SYSTEM}


def routes_of(service: str) -> set[tuple[str, str]]:

    app = FastAPI()
    for router in importlib.import_module(f"{service}.api.router").ROUTERS:
        app.include_router(router)
    return {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if not path.startswith("/internal/")
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_has_a_row_and_every_row_a_route(service: str) -> None:
    assert {(row.method, row.path) for row in ROWS if row.service == service} == routes_of(service)


def test_no_two_rows_claim_one_route() -> None:
    claimed = [(row.method, re.sub(r"\{\w+\}", "{}", row.path)) for row in ROWS]
    assert len(claimed) == len(set(claimed))
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_internal_paths_have_no_row() -> None:
    assert not [row for row in ROWS if "internal" in row.path]


def test_staff_and_machines_have_no_way_to_documents() -> None:
    """P2: no row for them alone, and a forbid row for what is open to everybody."""
    documents = [row for row in ROWS if row.service == "documents"]
    assert all(row.who == {Who.MEMBER} or Who.PUBLIC in row.who for row in documents)
    assert [rule for rule in FORBIDDEN if rule.service == "documents" and rule.who >= STAFF_AND_MACHINES]


# About nobody but the session's own person, or bound to the areas and the organisation of the session itself (P5).
OF_THE_SESSION_ALONE = {
    "/preferences", "/staff/audience", "/staff/attachments", "/staff/attachments/{attachment_id}/content",
    "/staff/messages", "/staff/messages/{message_id}", "/staff/messages/{message_id}/recall",
    "/staff/messages/{message_id}/review", "/staff/messages/{message_id}/report",
    "/staff/messages/{message_id}/report.svg", "/staff/reviews", "/staff/drafts", "/staff/drafts/{draft_id}",
    "/staff/drafts/{draft_id}/approve",
    "/staff/drafts/{draft_id}/preview", "/staff/drafts/{draft_id}/schedule", "/staff/drafts/{draft_id}/send",
}  # fmt: skip


def test_every_member_row_of_documents_and_of_a_group_in_messaging_asks_for_a_pass() -> None:
    """P18, P19: that somebody belongs is asked at this moment."""
    for row in ROWS:
        if row.service == "documents" and row.who == {Who.MEMBER}:
            assert row.proof is Proof.GROUP_PASS, row.id
        if row.service == "messaging" and Who.PUBLIC not in row.who:
            assert (row.proof is None) == (row.path in OF_THE_SESSION_ALONE), row.id


def test_staff_paths_are_staff_rows_and_no_others() -> None:
    for row in ROWS:
        is_staff = bool(row.who & STAFF_AND_MACHINES) and Who.PUBLIC not in row.who
        assert is_staff == row.path.startswith("/staff/"), row.id
        assert not (is_staff and Who.MEMBER in row.who), row.id


def test_staff_change_nothing_of_a_group() -> None:
    """P4: staff mark, delay looks, answer a panel, pause by two, prepare schemes, close reports; P13: they found."""
    writes = [row for row in ROWS if row.service == "groups" and row.path.startswith("/staff/") and row.method != "GET"]
    assert writes
    about_markings = [row.id for row in writes if "/markings" in row.path or row.path.endswith("/reviews")]
    assert [row.id for row in writes if row.id not in about_markings] == [
        "found_panel", "ask_for_delay", "agree_to_delay", "answer_priority",
        "ask_for_pause", "confirm_pause", "prepare_scheme", "revoke_prepared_scheme",
        "close_abuse_report",
    ]  # fmt: skip


def test_only_uploads_may_be_large() -> None:
    large = {row.id for row in ROWS if row.body in {BodyLimit.DOCUMENT, BodyLimit.ATTACHMENT}}
    assert large == {
        "upload_version",
        "resume_upload",
        "upload_attachment",
        "staff_upload_attachment",
        "staff_upload_alert_attachment",
    }


def test_the_access_page_tells_the_truth() -> None:
    page = (ROOT / "services" / "gateway" / "ACCESS.md").read_text()
    assert page == access_page(), "run: python -m gateway access > services/gateway/ACCESS.md"

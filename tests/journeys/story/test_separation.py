"""Who can see, reach and forge what, on the whole system."""

from uuid import UUID

import httpx
import pytest
from launcher.demo.mailbox import wait_for
from launcher.demo.people import PASSWORD
from launcher.demo.story import Story
from shared.auth.internal import HEADER as INTERNAL_HEADER
from shared.auth.internal import issue_internal_token, key_name
from shared.auth.keyfiles import load_signing_key
from shared.auth.passes import HEADER as PASS_HEADER
from shared.auth.passes import GroupPass, Right, issue_group_pass
from shared.clock import now

from tests.journeys.conftest import LiveSystem, Stranger

pytestmark = pytest.mark.timeout(300)


def test_the_breach_of_april_2024_replayed(panel: Story, a_stranger: Stranger) -> None:
    """P10: a stranger declares a scheme in an area full of members, and sees nobody."""
    stranger = a_stranger("stranger")
    scheme = stranger.found_group(
        kind="neighbourhood_watch",
        name=f"Claimed scheme {panel.run}",
        purpose="All of Bethnal Green is mine",
        visibility="visible",
        area="E05009317",
    )
    residents = {resident.name for resident in panel.residents} | {resident.email for resident in panel.residents}
    known = {str(resident.session.account_id) for resident in panel.residents}
    asked = [
        ("GET", "/groups/mine"),
        ("GET", f"/groups/{scheme}"),
        ("GET", f"/groups/{scheme}/memberships"),
        ("GET", f"/groups/{scheme}/ledger"),
        ("GET", f"/groups/{scheme}/markings"),
        ("GET", f"/groups/{scheme}/documents"),
        ("GET", f"/groups/{scheme}/messages"),
        ("GET", f"/groups/{scheme}/lists"),
        ("GET", "/inbox"),
        ("GET", "/areas?within=E09000030"),
        ("GET", "/directory?area=E05009317"),
    ]
    for method, path in asked:
        seen = stranger.transport.answer(method, path).text
        assert not [word for word in residents | known if word in seen], path
    members = stranger.memberships(scheme)
    assert [UUID(member["person_id"]) for member in members] == [stranger.account_id]
    # nor is the claimed scheme listed before somebody with authority marked it (P11)
    assert f"Claimed scheme {panel.run}" not in stranger.transport.answer("GET", "/directory?area=E05009317").text


def test_a_hidden_group_leaves_no_trace(panel: Story, a_stranger: Stranger) -> None:
    """P14: the same status, body and headers as for a group that is not there, on every route of a group."""
    stranger = a_stranger("passerby")
    nowhere = UUID(int=panel.group_id.int ^ (1 << 40))
    paths = ["", "/memberships", "/ledger", "/markings", "/documents", "/messages", "/lists", "/releases"]
    for path in paths:
        answers = [
            httpx.get(
                f"{panel.ground.url}/groups/{group}{path}",
                headers={"authorization": f"Bearer {stranger.access_token()}"},
                timeout=20,
            )
            for group in (panel.group_id, nowhere)
        ]
        told = [{k: v for k, v in a.json().items() if k != "correlation_id"} for a in answers]
        headers = [{k: v for k, v in a.headers.items() if k != "ow-correlation"} for a in answers]
        assert answers[0].status_code == answers[1].status_code == 404, path
        assert told[0] == told[1], path
        assert headers[0] == headers[1], path


def documents_url(live: LiveSystem) -> str:
    return live.system._settings["GATEWAY_DOCUMENTS_URL"]


def test_stolen_keys_of_gateway_and_groups_open_no_document(
    live: LiveSystem, panel: Story, a_stranger: Stranger
) -> None:
    """Neither alone nor together, without a living member's access token."""
    path = f"/groups/{panel.group_id}/documents/{panel.document_id}/versions/{panel.version_id}/content"
    internal = issue_internal_token(
        load_signing_key(live.state.key_folder("gateway"), key_name("documents")), "documents", "GET", path, now()
    )
    proof = GroupPass(panel.chair.session.account_id, panel.group_id, "chair", frozenset(Right), 1)
    stolen_pass = issue_group_pass(
        load_signing_key(live.state.key_folder("groups"), "groups"), "documents", proof, now()
    )
    stranger = a_stranger("thief").access_token()
    police = panel.police.session.access_token()
    attempts = {
        "gateway key": {INTERNAL_HEADER: internal},
        "groups key": {PASS_HEADER: stolen_pass},
        "both": {INTERNAL_HEADER: internal, PASS_HEADER: stolen_pass},
        "both, a stranger's own session": {
            INTERNAL_HEADER: internal,
            PASS_HEADER: stolen_pass,
            "authorization": f"Bearer {stranger}",
        },
        "both, a police session": {
            INTERNAL_HEADER: internal,
            PASS_HEADER: stolen_pass,
            "authorization": f"Bearer {police}",
        },
    }
    for what, headers in attempts.items():
        answer = httpx.get(documents_url(live) + path, headers=headers, timeout=20)
        assert answer.status_code in {401, 403}, what
        assert panel.minutes.marker.encode() not in answer.content
    keys = live.system._settings["DOCUMENTS_KEYS_URL"]
    for what, headers in attempts.items():
        answer = httpx.post(f"{keys}/groups/{panel.group_id}/keys/unwrap", headers=headers, json={}, timeout=20)
        assert answer.status_code in {401, 403, 422}, what


def test_a_way_round_the_gateway_is_closed(live: LiveSystem, panel: Story) -> None:
    member = panel.chair.session.access_token()
    for service in ("IDENTITY", "GROUPS", "DOCUMENTS", "MESSAGING"):
        url = live.system._settings[f"GATEWAY_{service}_URL"]
        for path in ("/me", f"/groups/{panel.group_id}", f"/groups/{panel.group_id}/documents", "/inbox"):
            answer = httpx.get(url + path, headers={"authorization": f"Bearer {member}"}, timeout=20)
            assert answer.status_code == 401, (service, path)


def test_a_session_that_ended_is_refused_at_the_next_poll(panel: Story) -> None:
    email = panel.residents[15].email
    with panel.visitor.sign_in_member(email, PASSWORD) as session:
        token = session.access_token()
        session.call("DELETE", "/sessions/current")

    def refused() -> bool:
        answer = httpx.get(f"{panel.ground.url}/me", headers={"authorization": f"Bearer {token}"}, timeout=20)
        return answer.status_code == 401

    wait_for("the ended session to be refused", refused, seconds=20)

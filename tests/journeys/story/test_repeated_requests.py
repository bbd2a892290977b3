"""Every mutating route, twenty times at once with one Idempotency-Key: one effect, one answer."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from gateway.domain.policy import ROWS
from launcher.demo.mailbox import wait_for
from launcher.demo.people import PASSWORD, Resident
from launcher.demo.story import Story, refusal_of
from ourwatch_client import MemberSession, StaffSession
from shared.clock import now

from tests.journeys.passkeys import key_of_the_administrator
from tests.journeys.repeated_identity import identity, keeping, machines, staff
from tests.journeys.repeating import Repeating

pytestmark = pytest.mark.timeout(600)

# Repeatable by nature, or an act of its own each time; each has a test of its own in its service.
BY_NATURE = {
    "upload_version": "a version gets its content once",
    "resume_upload": "bytes are taken at one offset alone, and once",
    "upload_attachment": "an attachment gets its content once",
    "staff_upload_attachment": "an attachment gets its content once",
    "staff_upload_alert_attachment": "an attachment gets its content once",
    "download_release": "each download is an act of its own, and counted",
    "check_marking": "changes nothing",
    "vouch": "for officers of thirty days",
    "claim_recovery": "good after 72 hours",
    "vote": "voting opens after seven days",
    "agree_to_delay": "takes a second person of the organisation",
    "staff_approve_draft": "as above",
    "staff_review_alert": "as above",
    "set_provider": "asks a provider out there, of which a test's own machine has none",
    "remove_provider": "as above",
    "finish_provider_sign_in": "as above, and a state serves once",
}


def test_every_mutating_route_has_one_effect_for_one_key(panel: Story) -> None:
    repeating = Repeating(panel.ground.url)
    try:
        key = key_of_the_administrator(panel)
        identity(panel, repeating, key)
        keeping(panel, repeating)
        staff(panel, repeating, key)
        machines(panel, repeating, key)
        chair, group = founding(panel, repeating)
        offices(panel, repeating, chair, group)
        deciding(panel, repeating, chair)
        closing(panel, repeating, chair)
        recovering(panel, repeating, chair)
        documents_and_messages(panel, repeating, chair, group)
        markings(panel, repeating, chair, group)
        coordinator = a_coordinator(panel)
        merging(panel, repeating, chair, coordinator)
        against_abuse(panel, repeating, chair, coordinator)
    finally:
        repeating.close()
    mutating = {row.id for row in ROWS if row.method not in {"GET", "HEAD"}}
    assert mutating - repeating.tried == set(BY_NATURE)


def enrolled(panel: Story, resident: Resident) -> MemberSession:
    panel.codes.enrol(resident.email, resident.session.add_authenticator())
    resident.session.confirm_authenticator(panel.codes.next(resident.email))
    return resident.session


def founding(panel: Story, repeating: Repeating) -> tuple[MemberSession, str]:
    chair = enrolled(panel, panel.residents[18])
    body = {
        "kind": "ward_panel",
        "name": f"Repeated {panel.run}",
        "purpose": "Again and again",
        "visibility": "hidden",
        "area": "E05009317",
    }
    group = f"/groups/{repeating.send(chair, 'POST', '/groups', json=body).json()['id']}"
    repeating.send(chair, "PATCH", group, json={"purpose": "Once"})
    repeating.send(chair, "POST", f"{group}/page/renew", json={})
    link = {"expires_in_days": 7, "most_uses": 50}
    spare = repeating.send(chair, "POST", f"{group}/join-links", json=link).json()
    repeating.send(chair, "DELETE", f"{group}/join-links/{spare['link_id']}")
    secret = repeating.send(chair, "POST", f"{group}/join-links", json=link).json()["secret"]
    asked = {"secret": secret, "reason": "I live here"}
    for resident in panel.residents[5:9]:
        repeating.send(resident.session, "POST", "/membership-requests", json=asked)
    ids = [str(resident.session.account_id) for resident in panel.residents[5:9]]
    repeating.send(chair, "POST", f"{group}/memberships/{ids[3]}/refuse", json={"reason": "Not from here"})
    repeating.send(chair, "POST", f"{group}/admissions", json={"person_ids": ids[:3]})
    suspension = {"until": (now() + timedelta(days=1)).isoformat(), "reason": "For a day"}
    repeating.send(chair, "POST", f"{group}/memberships/{ids[1]}/suspend", json=suspension)
    repeating.send(chair, "POST", f"{group}/memberships/{ids[1]}/resume", json={})
    repeating.send(chair, "POST", f"{group}/invitations", json={"email": panel.residents[9].email})
    repeating.send(chair, "POST", f"{group}/invitations/withdraw", json={"email": panel.residents[10].email})
    repeating.send(panel.residents[9].session, "POST", f"{group}/membership/accept", json={})
    repeating.send(panel.residents[9].session, "DELETE", f"{group}/membership")
    repeating.send(panel.residents[9].session, "POST", f"{group}/membership/return", json={})
    kept = {
        "name": f"Neighbour {panel.run}",
        "how_to_reach": "Knock at number 3",
        "consent": {"given_on": now().date().isoformat(), "how": "spoken"},
    }
    kept_id = repeating.send(chair, "POST", f"{group}/kept-people", json=kept).json()["id"]
    repeating.send(chair, "PATCH", f"{group}/kept-people/{kept_id}", json={"how_to_reach": "Number 4"})
    repeating.send(chair, "DELETE", f"{group}/kept-people/{kept_id}")
    path, file = f"{group}/members/import", f"email\nlisted.{panel.run}@example.org\n"
    repeating.send(chair, "POST", path, content_type="text/csv", content=file)
    return chair, group


def offices(panel: Story, repeating: Repeating, chair: MemberSession, group: str) -> None:
    ids = [str(resident.session.account_id) for resident in panel.residents[5:8]]
    repeating.send(chair, "PUT", f"{group}/offices/secretary", json={"person_id": ids[0]})
    repeating.send(chair, "DELETE", f"{group}/offices/secretary")
    chair.call("PUT", f"{group}/offices/secretary", json={"person_id": ids[0]})
    repeating.send(chair, "POST", f"{group}/absence", json={"until": now().date().isoformat()})
    repeating.send(chair, "DELETE", f"{group}/absence")
    repeating.send(chair, "PUT", f"{group}/forwarders/{ids[1]}", json={})
    repeating.send(chair, "DELETE", f"{group}/forwarders/{ids[1]}")
    repeating.send(chair, "POST", f"{group}/memberships/{ids[2]}/remove", json={"reason": "Moved away"})


def deciding(panel: Story, repeating: Repeating, chair: MemberSession) -> None:
    """The members of a group of their own call a ballot; and police found a panel."""
    body = {"name": f"Deciding {panel.run}", "purpose": "Who leads", "visibility": "hidden", "area": "E05009317"}
    group = f"/groups/{chair.call('POST', '/groups', json=body | {'kind': 'ward_panel'})['id']}"
    secret = chair.call("POST", f"{group}/join-links", json={"expires_in_days": 7, "most_uses": 9})["secret"]
    one, two, three = [resident.session for resident in panel.residents[5:8]]
    for member in (one, two, three):
        member.call("POST", "/membership-requests", json={"secret": secret})
    ids = [str(member.account_id) for member in (one, two, three)]
    chair.call("POST", f"{group}/admissions", json={"person_ids": ids})
    decided = {
        "office": "secretary",
        "person_id": ids[0],
        "held_on": now().date().isoformat(),
        "minutes_note": "Item 4",
    }
    result = repeating.send(chair, "POST", f"{group}/meeting-results", json=decided).json()["id"]
    repeating.send(two, "POST", f"{group}/meeting-results/{result}/objections", json={})
    repeating.send(one, "POST", f"{group}/ballots/requests", json={})
    chair.call("DELETE", f"{group}/offices/chair")
    ballot = f"{group}/ballots/{repeating.send(one, 'POST', f'{group}/ballots', json={}).json()['id']}"
    repeating.send(one, "POST", f"{ballot}/nominations", json={"person_id": ids[1]})
    repeating.send(two, "POST", f"{ballot}/nomination/accept", json={})
    repeating.send(two, "DELETE", f"{ballot}/nomination")
    named = [resident.email for resident in panel.residents[5:8]]
    repeating.send(panel.police.session, "POST", "/staff/groups", json=body | {"emails": named})


def closing(panel: Story, repeating: Repeating, chair: MemberSession) -> None:
    """A group of its own is closed and opened again."""
    body = {"name": f"Closing {panel.run}", "purpose": "Not for long", "visibility": "hidden", "area": "E05009317"}
    group = f"/groups/{chair.call('POST', '/groups', json=body | {'kind': 'community_group'})['id']}"
    asked = {"name": "Joe", "email": "joe@council.example", "message": "When do you meet?"}
    repeating.send(None, "POST", f"/directory/{group.rpartition('/')[2]}/contact", json=asked)
    repeating.send(chair, "POST", f"{group}/archive", json={})
    repeating.send(chair, "POST", f"{group}/reopen", json={})


def recovering(panel: Story, repeating: Repeating, chair: MemberSession) -> None:
    lost = panel.residents[5]
    reference = repeating.send(None, "POST", "/recoveries", json={"email": lost.email}).json()["reference"]
    assert refusal_of(lambda: chair.call("POST", f"/recoveries/{reference}/vouch")) is not None  # a new officer
    secret = panel.post.link(lost.email, "/recoveries/stop")["secret"]
    repeating.send(None, "POST", "/recoveries/stop", data={"secret": secret})


def documents_and_messages(panel: Story, repeating: Repeating, chair: MemberSession, group: str) -> None:
    document = repeating.send(
        chair, "POST", f"{group}/documents", json={"name": "Once.pdf", "readers": "members"}
    ).json()["id"]
    at = f"{group}/documents/{document}"
    version = repeating.send(chair, "POST", f"{at}/versions", json={"length": 4}).json()["id"]
    chair.transport.upload(f"{at}/versions/{version}/content", 4, iter([b"once"]))
    folder = repeating.send(chair, "POST", f"{group}/folders", json={"name": "Minutes"}).json()["id"]
    repeating.send(chair, "PATCH", f"{group}/folders/{folder}", json={"name": "Old minutes"})
    repeating.send(chair, "PATCH", at, json={"is_pinned": True})
    repeating.send(chair, "DELETE", f"{group}/folders/{folder}")

    mailing = repeating.send(chair, "POST", f"{group}/lists", json={"name": "Repeated"}).json()["id"]
    member = str(panel.residents[5].session.account_id)
    wait_for("messaging to know the member", partial(goes_through, chair, f"{group}/lists/{mailing}/members/{member}"))
    repeating.send(chair, "PUT", f"{group}/lists/{mailing}/members/{member}", json={})
    repeating.send(chair, "DELETE", f"{group}/lists/{mailing}/members/{member}")
    email = f"outside.{panel.run}@council.example"
    contact = {"email": email, "name": "Outside"}
    contact_id = repeating.send(chair, "POST", f"{group}/lists/{mailing}/contacts", json=contact).json()["id"]
    repeating.send(chair, "POST", f"{group}/lists/{mailing}/contacts/import", json={"entries": [contact]})
    secret = panel.post.link(email, "/contacts/confirm")["secret"]
    repeating.send(None, "POST", "/contacts/confirm", data={"secret": secret})
    release = {"document_id": document, "version_id": version, "list_id": mailing, "expires_in_days": 7}
    released = repeating.send(chair, "POST", f"{group}/releases", json=release).json()["id"]
    panel.post.link(email, f"/releases/{released}")
    assert len(panel.post.to(email, "/releases/")) == 1
    token = panel.post.link(email, "/leave")["token"]
    repeating.send(None, "POST", f"/leave?token={token}", data={"List-Unsubscribe": "One-Click"})
    repeating.send(None, "POST", "/leave/undo", data={"token": token})
    repeating.send(chair, "POST", f"{group}/releases/{released}/revoke", json={})
    repeating.send(chair, "DELETE", f"{group}/lists/{mailing}/contacts/{contact_id}")
    repeating.send(chair, "DELETE", at)
    repeating.send(chair, "POST", f"{group}/bin/{document}/restore", json={})

    attachment = {"name": "a.txt", "content_type": "text/plain", "length": 1}
    repeating.send(chair, "POST", f"{group}/attachments", json=attachment)
    message = {"subject": f"Once {panel.run}", "body": "Only once", "attachment_ids": []}
    repeating.send(chair, "POST", f"{group}/messages", json=message)
    police = panel.police.session
    repeating.send(police, "POST", f"/staff{group}/attachments", json=attachment)
    alert = {"subject": f"Alert once {panel.run}", "body": "Only once", "priority": 3, "attachment_ids": []}
    repeating.send(police, "POST", f"/staff{group}/messages", json=alert)
    repeating.send(chair, "POST", f"{group}/audience", json={"audience": {"include": [{"kind": "members"}]}})
    to_area: dict[str, object] = {"include": [{"kind": "area", "area": "E05009317"}]}
    nearby = {"audience": to_area, "type": "advice"}
    repeating.send(police, "POST", "/staff/audience", json=nearby)
    repeating.send(police, "POST", "/staff/attachments", json=attachment)
    repeating.send(police, "POST", "/staff/messages", json={**alert, **nearby})
    repeating.send(chair, "PUT", "/preferences", json={"muted_types": ["survey"], "quiet_hours": None})
    drafts(repeating, chair, police, group, to_area)
    for subject in (message["subject"], alert["subject"]):
        wait_for(str(subject), partial(subject_arrived, panel, str(subject)))
    assert [m["subject"] for m in chair.messages(UUID(group.rpartition("/")[2]))] == [
        "Not yet",
        alert["subject"],
        message["subject"],
    ]


def drafts(
    repeating: Repeating, chair: MemberSession, police: StaffSession, group: str, nearby: dict[str, object]
) -> None:
    later = (now() + timedelta(days=30)).isoformat()
    written = {"subject": "Not yet", "body": "Half written"}
    for author, at, more in ((chair, f"{group}/drafts", {}), (police, "/staff/drafts", {"audience": nearby})):
        draft = repeating.send(author, "POST", at, json={**written, **more}).json()["id"]
        repeating.send(author, "PUT", f"{at}/{draft}", json={**written, **more, "version": 1})
        repeating.send(author, "POST", f"{at}/{draft}/schedule", json={"version": 2, "send_at": later})
        sent = repeating.send(author, "POST", f"{at}/{draft}/send", json={"version": 2}).json()["id"]
        messages = at.replace("/drafts", "/messages")
        repeating.send(author, "POST", f"{messages}/{sent}/recall", json={})
        another = repeating.send(author, "POST", at, json={**written, **more}).json()["id"]
        repeating.send(author, "DELETE", f"{at}/{another}")


def subject_arrived(panel: Story, subject: str) -> bool:
    return any(mail["Subject"] == subject for mail in panel.post.all())


def goes_through(chair: MemberSession, path: str) -> bool:
    return refusal_of(lambda: chair.call("PUT", path)) is None


def markings(panel: Story, repeating: Repeating, chair: MemberSession, group: str) -> None:
    police, member = panel.police.session, panel.residents[5].session.account_id
    priorities = f"{group}/priorities"
    agreed = {"text": "Speeding", "agreed_on": now().date().isoformat()}
    priority = repeating.send(chair, "POST", priorities, json=agreed).json()["id"]
    repeating.send(police, "POST", f"/staff{priorities}/{priority}/answers", json={"text": "Checks every Friday"})
    delay = {"until": (now() + timedelta(days=9)).date().isoformat(), "reason": "An inquiry"}
    repeating.send(police, "POST", f"/staff{group}/look-delays", json=delay)
    repeating.send(chair, "POST", f"{priorities}/{priority}/outcome", json={"outcome": "A camera"})
    repeating.send(police, "POST", f"/staff{group}/markings", json={"household": False})
    repeating.send(police, "POST", f"/staff{group}/markings/withdraw", json={"reason": "By mistake"})
    repeating.send(police, "POST", f"/staff{group}/memberships/{member}/markings", json={"household": False})
    review = {"group": True, "purpose": "Once a year", "household": False}
    repeating.send(police, "POST", f"/staff{group}/reviews", json=review)
    repeating.send(
        police, "POST", f"/staff{group}/memberships/{member}/markings/withdraw", json={"reason": "By mistake"}
    )


def a_coordinator(panel: Story) -> StaffSession:
    """A session of their own: the story's may have been ended by another test."""
    email = panel.coordinator.email
    with panel.visitor.sign_in_member(email, PASSWORD, panel.codes.next(email)) as member:
        return member.open_staff_session(panel.codes.next(email))


def merging(panel: Story, repeating: Repeating, chair: MemberSession, coordinator: StaffSession) -> None:
    """Two residents take over what a coordinator prepared, and merge it."""
    other = enrolled(panel, panel.residents[13])
    leads = []
    scheme = {"name": f"Watch {panel.run}", "purpose": "Bicycles", "visibility": "hidden", "area": "E05009317"}
    for leader in (chair, other):
        made = repeating.send(coordinator, "POST", "/staff/schemes", json=scheme).json()
        founded = repeating.send(leader, "POST", "/schemes/take-over", json={"secret": made["secret"]}).json()
        leads.append(f"/groups/{founded['id']}")
    spare = repeating.send(coordinator, "POST", "/staff/schemes", json=scheme).json()["id"]
    repeating.send(coordinator, "DELETE", f"/staff/schemes/{spare}")
    secret = repeating.send(chair, "POST", f"{leads[0]}/merge-links", json={}).json()["secret"]
    repeating.send(other, "POST", f"{leads[1]}/merge", json={"secret": secret})


def against_abuse(panel: Story, repeating: Repeating, chair: MemberSession, coordinator: StaffSession) -> None:
    """A group of its own is reported and paused."""
    police = panel.police.session
    body = {"name": f"Paused {panel.run}", "purpose": "Too loud", "visibility": "hidden", "area": "E05009317"}
    group = f"/groups/{chair.call('POST', '/groups', json=body | {'kind': 'community_group'})['id']}"
    told = {"text": f"They shout {panel.run}"}
    repeating.send(chair, "POST", f"{group}/abuse-reports", json=told)
    repeating.send(None, "POST", f"/directory/{group.rpartition('/')[2]}/abuse-reports", json=told)
    (report,) = [each for each in police.call("GET", "/staff/abuse-reports")["reports"] if each["text"] == told["text"]]
    repeating.send(police, "POST", f"/staff/abuse-reports/{report['id']}/close", json={"note": "Talked to the chair"})
    pause = repeating.send(police, "POST", f"/staff{group}/pause", json={"reason": "Too loud"}).json()["id"]
    repeating.send(coordinator, "POST", f"/staff{group}/pause/confirm", json={"pause_id": pause})

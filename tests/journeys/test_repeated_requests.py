"""Every mutating route, twenty times at once with one Idempotency-Key: one effect, one answer."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from time import time
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from gateway.domain.decide import Matcher
from gateway.domain.policy import ROWS
from jwt.algorithms import OKPAlgorithm
from launcher.demo.mailbox import wait_for
from launcher.demo.people import PASSWORD, Resident
from launcher.demo.story import Story, refusal_of
from ourwatch_client import MemberSession, StaffSession, Visitor
from ourwatch_client.session import Session, Tokens
from shared.testing.passkey import SoftPasskey

from .conftest import registered

pytestmark = pytest.mark.timeout(400)

AT_ONCE = 20
MATCHER = Matcher(ROWS)
# Repeatable by nature, or an act of its own each time; each has a test of its own in its service.
BY_NATURE = {
    "upload_version": "a version gets its content once",
    "upload_attachment": "an attachment gets its content once",
    "staff_upload_attachment": "an attachment gets its content once",
    "download_release": "each download is an act of its own, and counted",
    "check_marking": "changes nothing",
    "vouch": "for officers of thirty days",
    "claim_recovery": "good after 72 hours",
    "set_provider": "asks a provider out there, of which a test's own machine has none",
    "remove_provider": "as above",
    "finish_provider_sign_in": "as above, and a state serves once",
}


class Repeating:
    """Sends each request twenty times at once and remembers which rows it has tried."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, limits=httpx.Limits(max_connections=AT_ONCE))
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self.tried: set[str] = set()

    def send(self, who: Session | None, method: str, path: str, **parts: object) -> httpx.Response:
        self.tried.add(MATCHER.match(method, path.partition("?")[0]).row.id)
        headers = {"idempotency-key": uuid4().hex}
        if who is not None:
            headers["authorization"] = f"Bearer {who.access_token()}"
        sent = [
            self._pool.submit(self._http.request, method, path, headers=headers, **parts)  # type: ignore[arg-type]  # httpx's own arguments
            for _ in range(AT_ONCE)
        ]
        answers = [each.result() for each in sent]
        assert {answer.is_success for answer in answers} == {True}, (path, [a.text for a in answers if a.is_error][:2])
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1, path
        assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1, path
        return answers[0]

    def close(self) -> None:
        self._pool.shutdown()
        self._http.close()


def test_every_mutating_route_has_one_effect_for_one_key(panel: Story) -> None:
    repeating = Repeating(panel.ground.url)
    try:
        identity(panel, repeating)
        keeping(panel, repeating)
        with freshly(panel) as administrator:
            staff(panel, repeating, administrator)
        machines(panel, repeating)
        chair, group = founding(panel, repeating)
        offices(panel, repeating, chair, group)
        recovering(panel, repeating, chair)
        documents_and_messages(panel, repeating, chair, group)
        markings(panel, repeating, group)
    finally:
        repeating.close()
    mutating = {row.id for row in ROWS if row.method != "GET"}
    assert mutating - repeating.tried == set(BY_NATURE)


def identity(panel: Story, repeating: Repeating) -> None:
    email = f"again.{panel.run}@example.org"
    body = {"email": email, "password": PASSWORD, "display_name": "Again", "area": "E05009317"}
    repeating.send(None, "POST", "/accounts", json=body)
    secret = panel.post.link(email, "/accounts/confirm")["secret"]
    repeating.send(None, "POST", "/accounts/confirm", data={"secret": secret, "password": PASSWORD})
    tokens = repeating.send(None, "POST", "/sessions", json={"email": email, "password": PASSWORD}).json()
    repeating.send(None, "POST", "/sessions/refresh", json={"refresh_token": tokens["refresh_token"]})
    with panel.visitor.sign_in_member(email, PASSWORD) as member:
        seed = repeating.send(member, "POST", "/me/authenticator", json={}).json()["secret"]
        panel.codes.enrol(email, seed)
        code = {"code": panel.codes.next(email)}
        repeating.send(member, "POST", "/me/authenticator/confirm", json=code)
        code = {"code": panel.codes.next(email)}
        repeating.send(member, "POST", "/sessions/current/step-up", json=code)
        with freshly(panel) as administrator:
            administrator.appoint_coordinator(email, panel.ourwatch_id, ["E09000030"])
        code = {"code": panel.codes.next(email)}
        repeating.send(member, "POST", "/sessions/staff", json={**code, "declaration": True})
        passkey = factors(panel, repeating, member, "")
        passkey_shown(repeating, member, passkey, "/sessions/staff/passkey")
        repeating.send(None, "POST", "/sessions/passkey/options", json={})
        asked = panel.visitor.transport.call("POST", "/sessions/passkey/options")["public_key"]
        repeating.send(None, "POST", "/sessions/passkey", json={"credential": passkey.get(asked)})
        repeating.send(member, "PUT", "/me/mailed-codes", json={})
        repeating.send(member, "POST", "/sessions/current/mailed-code", json={})
        repeating.send(member, "DELETE", "/me/mailed-codes")
        repeating.send(member, "DELETE", "/me/authenticator")
        repeating.send(member, "PUT", f"/me/consents/{panel.force_id}", json={})
        repeating.send(member, "DELETE", f"/me/consents/{panel.force_id}")
        repeating.send(member, "PATCH", "/me", json={"area": "E05009326"})
        repeating.send(member, "POST", "/me/recovery/stop", json={})
        repeating.send(member, "DELETE", "/sessions/current")
    asked = panel.visitor.transport.call("POST", "/sessions/passkey/options")["public_key"]
    shown = {"credential": passkey.get(asked)}
    tokens = Tokens.model_validate(panel.visitor.transport.call("POST", "/sessions/passkey", json=shown))
    with MemberSession(panel.ground.url, tokens) as leaving:
        repeating.send(leaving, "POST", "/me/erasure", json={})
        wait_for("the receipt of the erasure", partial(subject_to, panel, email, "Your OurWatch account is erased"))


def keeping(panel: Story, repeating: Repeating) -> None:
    """What somebody does to keep an account their own."""
    email, new = f"keeper.{panel.run}@example.org", f"moved.{panel.run}@example.org"
    repeating.send(None, "POST", "/accounts/confirmations", json={"email": email})
    with registered(panel, "keeper") as keeper:
        moving = {"email": new, "password": PASSWORD}
        repeating.send(keeper, "POST", "/me/email", json=moving)
        confirmed = {"secret": panel.post.link(new, "/email-changes/confirm")["secret"]}
        repeating.send(None, "POST", "/email-changes/confirm", data=confirmed)
        stopped = {"secret": panel.post.link(email, "/email-changes/stop")["secret"]}
        repeating.send(None, "POST", "/email-changes/stop", data=stopped)
        keeper.call("POST", "/me/email", json=moving)
        repeating.send(keeper, "DELETE", "/me/email")
        code = panel.codes.next(email)
        with closing(Visitor(panel.ground.url)) as elsewhere, elsewhere.sign_in_member(email, PASSWORD, code) as other:
            repeating.send(keeper, "DELETE", f"/me/sessions/{other.session_id}")
        device = keeper.call("GET", "/me/devices")[0]["id"]
        repeating.send(keeper, "DELETE", f"/me/devices/{device}")
        repeating.send(keeper, "PUT", "/me/password", json={"current": PASSWORD, "new": f"{PASSWORD} anew"})
        repeating.send(keeper, "DELETE", "/me/sessions")
    repeating.send(None, "POST", "/password-resets", json={"email": email})
    reset = {"secret": panel.post.link(email, "/password-resets/open")["secret"], "password": PASSWORD}
    repeating.send(None, "POST", "/password-resets/open", data=reset)


def factors(panel: Story, repeating: Repeating, person: Session, staff: str) -> SoftPasskey:
    """Second factors of a person, who ends up with one passkey more."""
    address = urlsplit(panel.ground.url)
    spare, passkey = [SoftPasskey(f"http://{address.netloc}", address.hostname or "") for _ in range(2)]
    for each in (spare, passkey):
        repeating.send(person, "POST", f"{staff}/me/passkeys/options", json={})
        asked = person.call("POST", f"{staff}/me/passkeys/options")["public_key"]
        added = {"credential": each.create(asked), "label": "A key"}
        kept = repeating.send(person, "POST", f"{staff}/me/passkeys", json=added).json()
        # The token says that two factors were shown just now.
        person._take_access(kept["access_token"], kept["expires_in"])
        if each is spare:
            repeating.send(person, "DELETE", f"{staff}/me/passkeys/{kept['id']}")
    repeating.send(person, "POST", f"{staff}/me/recovery-codes", json={})
    passkey_shown(repeating, person, passkey, f"{staff}/sessions/current/step-up/passkey")
    return passkey


def passkey_shown(repeating: Repeating, person: Session, passkey: SoftPasskey, path: str) -> None:
    repeating.send(person, "POST", f"{path}/options", json={})
    asked = person.call("POST", f"{path}/options")["public_key"]
    repeating.send(person, "POST", path, json={"credential": passkey.get(asked)})


def staff(panel: Story, repeating: Repeating, admin: StaffSession) -> None:
    council = {"name": f"Council {panel.run}", "authority": None}
    made = repeating.send(admin, "POST", "/staff/organisations", json=council).json()["id"]
    email = f"second.{panel.run}@police.example"
    invitation = {
        "email": email,
        "display_name": "PC Second",
        "organisation_id": str(panel.force_id),
        "role": "police",
        "areas": ["E09000030"],
    }
    repeating.send(admin, "POST", "/staff/accounts", json=invitation)
    secret = panel.post.link(email, "/staff-invitations/accept")["secret"]
    page = repeating.send(None, "POST", "/staff-invitations/accept", data={"secret": secret, "password": PASSWORD})
    found = re.search(r'<code id="key">([A-Z2-7]+)</code>', page.text)
    assert found
    panel.codes.enrol(email, found.group(1))
    code = {"secret": secret, "code": panel.codes.next(email)}
    repeating.send(None, "POST", "/staff-invitations/confirm", data=code)
    appointment = {"email": email, "organisation_id": str(panel.ourwatch_id), "areas": ["E09000030"]}
    repeating.send(admin, "POST", "/staff/appointments", json=appointment)
    with panel.visitor.sign_in_staff(email, PASSWORD, panel.codes.next(email)) as police:
        factors(panel, repeating, police, "/staff")
        seed = repeating.send(police, "POST", "/staff/me/authenticator", json={}).json()["secret"]
        panel.codes.enrol(email, seed)
        code = {"code": panel.codes.next(email)}
        repeating.send(police, "POST", "/staff/me/authenticator/confirm", json=code)
        code = {"code": panel.codes.next(email)}
        repeating.send(police, "POST", "/staff/sessions/current/step-up", json=code)
        repeating.send(police, "PUT", "/staff/me/password", json={"current": PASSWORD, "new": f"{PASSWORD} anew"})
        for path in ("/staff/me/sessions/{}", "/staff/me/sessions"):
            with panel.visitor.sign_in_staff(email, f"{PASSWORD} anew", panel.codes.next(email)) as other:
                ending = police if "{}" in path else other
                repeating.send(ending, "DELETE", path.format(other.session_id))
    with panel.visitor.sign_in_staff(email, f"{PASSWORD} anew", panel.codes.next(email)) as police:
        repeating.send(police, "DELETE", "/staff/me/authenticator")
        repeating.send(police, "DELETE", "/staff/sessions/current")
        account = f"/staff/accounts/{police.account_id}"
    with freshly(panel) as fresh:
        domains = {"email_domains": ["council.example"]}
        repeating.send(fresh, "PUT", f"/staff/organisations/{made}/email-domains", json=domains)
        repeating.send(fresh, "PUT", f"{account}/areas", json={"areas": []})
        for verb in ("suspend", "reinstate", "close"):
            repeating.send(fresh, "POST", f"{account}/{verb}", json={})
        resident = panel.residents[4]
        fresh.appoint_coordinator(resident.email, panel.ourwatch_id, ["E09000030"])
        offered = fresh.call("GET", "/staff/appointments", params={"limit": 100})["appointments"]
        [offer] = [each["id"] for each in offered if each["email"] == resident.email and each["state"] == "waiting"]
        repeating.send(fresh, "DELETE", f"/staff/appointments/{offer}")


def machines(panel: Story, repeating: Repeating) -> None:
    clients = f"/staff/organisations/{panel.force_id}/clients"
    key = Ed25519PrivateKey.generate()
    public = json.loads(OKPAlgorithm.to_jwk(key.public_key()))
    with freshly(panel) as fresh:
        body = {"name": f"Control room {panel.run}", "scopes": ["alerts.send"], "areas": ["E09000030"]}
        client = repeating.send(fresh, "POST", clients, json=body).json()["id"]
        key_id = repeating.send(fresh, "POST", f"{clients}/{client}/keys", json={"jwk": public}).json()["id"]
        said = {"iss": client, "sub": client, "aud": panel.ground.url, "jti": uuid4().hex, "exp": int(time()) + 60}
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode(said, key, algorithm="EdDSA"),
        }
        repeating.send(None, "POST", "/machine/tokens", data=form)
        repeating.send(fresh, "DELETE", f"{clients}/{client}/keys/{key_id}")
        repeating.send(fresh, "DELETE", f"{clients}/{client}")


def freshly(panel: Story) -> StaffSession:
    """The administrator, with a second factor of this moment."""
    email = panel.administrator.email
    return panel.visitor.sign_in_staff(email, PASSWORD, panel.codes.next(email))


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
    repeating.send(chair, "POST", f"{group}/invitations", json={"email": panel.residents[9].email})
    repeating.send(panel.residents[9].session, "POST", f"{group}/membership/accept", json={})
    repeating.send(panel.residents[9].session, "DELETE", f"{group}/membership")
    return chair, group


def offices(panel: Story, repeating: Repeating, chair: MemberSession, group: str) -> None:
    ids = [str(resident.session.account_id) for resident in panel.residents[5:8]]
    repeating.send(chair, "PUT", f"{group}/offices/secretary", json={"person_id": ids[0]})
    repeating.send(chair, "PUT", f"{group}/forwarders/{ids[1]}", json={})
    repeating.send(chair, "DELETE", f"{group}/forwarders/{ids[1]}")
    repeating.send(chair, "POST", f"{group}/memberships/{ids[2]}/remove", json={"reason": "Moved away"})


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

    mailing = repeating.send(chair, "POST", f"{group}/lists", json={"name": "Repeated"}).json()["id"]
    member = str(panel.residents[5].session.account_id)
    wait_for("messaging to know the member", partial(goes_through, chair, f"{group}/lists/{mailing}/members/{member}"))
    repeating.send(chair, "PUT", f"{group}/lists/{mailing}/members/{member}", json={})
    repeating.send(chair, "DELETE", f"{group}/lists/{mailing}/members/{member}")
    email = f"outside.{panel.run}@council.example"
    contact = {"email": email, "name": "Outside"}
    contact_id = repeating.send(chair, "POST", f"{group}/lists/{mailing}/contacts", json=contact).json()["id"]
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

    attachment = {"name": "a.txt", "content_type": "text/plain", "length": 1}
    repeating.send(chair, "POST", f"{group}/attachments", json=attachment)
    message = {"subject": f"Once {panel.run}", "body": "Only once", "attachment_ids": []}
    repeating.send(chair, "POST", f"{group}/messages", json=message)
    police = panel.police.session
    repeating.send(police, "POST", f"/staff{group}/attachments", json=attachment)
    alert = {"subject": f"Alert once {panel.run}", "body": "Only once", "priority": 3, "attachment_ids": []}
    repeating.send(police, "POST", f"/staff{group}/messages", json=alert)
    for subject in (message["subject"], alert["subject"]):
        wait_for(str(subject), partial(subject_arrived, panel, str(subject)))
    assert [m["subject"] for m in chair.messages(UUID(group.rpartition("/")[2]))] == [
        alert["subject"],
        message["subject"],
    ]


def subject_to(panel: Story, email: str, subject: str) -> bool:
    return any(mail["Subject"] == subject for mail in panel.post.to(email))


def subject_arrived(panel: Story, subject: str) -> bool:
    return any(mail["Subject"] == subject for mail in panel.post.all())


def goes_through(chair: MemberSession, path: str) -> bool:
    return refusal_of(lambda: chair.call("PUT", path)) is None


def markings(panel: Story, repeating: Repeating, group: str) -> None:
    police, member = panel.police.session, panel.residents[5].session.account_id
    repeating.send(police, "POST", f"/staff{group}/markings", json={})
    repeating.send(police, "POST", f"/staff{group}/markings/withdraw", json={"reason": "By mistake"})
    repeating.send(police, "POST", f"/staff{group}/memberships/{member}/markings", json={})
    repeating.send(
        police, "POST", f"/staff{group}/memberships/{member}/markings/withdraw", json={"reason": "By mistake"}
    )

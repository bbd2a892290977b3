"""What people, staff and police systems ask of identity, each request twenty times at once."""

import json
import re
from contextlib import closing
from functools import partial
from time import time
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from launcher.demo.mailbox import wait_for
from launcher.demo.people import PASSWORD
from launcher.demo.story import Story
from ourwatch_client import MemberSession, StaffSession, Visitor
from ourwatch_client.session import Session
from shared.testing.passkey import SoftPasskey

from tests.journeys.conftest import registered
from tests.journeys.passkeys import a_key, by_passkey, freshly
from tests.journeys.repeating import Repeating


def identity(panel: Story, repeating: Repeating, key: SoftPasskey) -> None:
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
        with freshly(panel, key) as administrator:
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
    with MemberSession(panel.ground.url, by_passkey(panel, passkey)) as leaving:
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
    spare, passkey = a_key(panel), a_key(panel)
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


def staff(panel: Story, repeating: Repeating, key: SoftPasskey) -> None:
    with freshly(panel, key) as administrator:
        council = {"name": f"Council {panel.run}", "authority": None}
        organisation = repeating.send(administrator, "POST", "/staff/organisations", json=council).json()["id"]
        domains = {"email_domains": ["council.example"]}
        repeating.send(administrator, "PUT", f"/staff/organisations/{organisation}/email-domains", json=domains)
        email = f"second.{panel.run}@police.example"
        inviting(panel, repeating, administrator, email)
        police = str(serving(panel, repeating, email))
        officer = f"/staff/organisations/{panel.force_id}/data-protection-officer"
        repeating.send(administrator, "PUT", officer, json={"account_id": police})
        account = f"/staff/accounts/{police}"
        repeating.send(administrator, "PUT", f"{account}/areas", json={"areas": []})
        for verb in ("suspend", "reinstate", "close"):
            repeating.send(administrator, "POST", f"{account}/{verb}", json={})


def inviting(panel: Story, repeating: Repeating, administrator: StaffSession, email: str) -> None:
    invitation = {
        "email": email,
        "display_name": "PC Second",
        "organisation_id": str(panel.force_id),
        "role": "police",
        "areas": ["E09000030"],
    }
    repeating.send(administrator, "POST", "/staff/accounts", json=invitation)
    secret = panel.post.link(email, "/staff-invitations/accept")["secret"]
    page = repeating.send(None, "POST", "/staff-invitations/accept", data={"secret": secret, "password": PASSWORD})
    found = re.search(r'<code id="key">([A-Z2-7]+)</code>', page.text)
    assert found
    panel.codes.enrol(email, found.group(1))
    code = {"secret": secret, "code": panel.codes.next(email)}
    repeating.send(None, "POST", "/staff-invitations/confirm", data=code)
    resident = panel.residents[4]
    appointment = {"email": resident.email, "organisation_id": str(panel.ourwatch_id), "areas": ["E09000030"]}
    repeating.send(administrator, "POST", "/staff/appointments", json=appointment)
    offered = administrator.call("GET", "/staff/appointments", params={"limit": 100})["appointments"]
    [offer] = [each["id"] for each in offered if each["email"] == resident.email and each["state"] == "waiting"]
    repeating.send(administrator, "DELETE", f"/staff/appointments/{offer}")


def serving(panel: Story, repeating: Repeating, email: str) -> UUID:
    """What staff do with their own account, whose id it is."""
    with panel.visitor.sign_in_staff(email, PASSWORD, panel.codes.next(email)) as police:
        passkey = factors(panel, repeating, police, "/staff")
        panel.codes.enrol(email, repeating.send(police, "POST", "/staff/me/authenticator", json={}).json()["secret"])
        code = {"code": panel.codes.next(email)}
        repeating.send(police, "POST", "/staff/me/authenticator/confirm", json=code)
        code = {"code": panel.codes.next(email)}
        repeating.send(police, "POST", "/staff/sessions/current/step-up", json=code)
        repeating.send(police, "DELETE", "/staff/me/authenticator")
        repeating.send(police, "PUT", "/staff/me/password", json={"current": PASSWORD, "new": f"{PASSWORD} anew"})
        with StaffSession(panel.ground.url, by_passkey(panel, passkey)) as other:
            repeating.send(police, "DELETE", f"/staff/me/sessions/{other.session_id}")
        repeating.send(police, "DELETE", "/staff/me/sessions")
    with StaffSession(panel.ground.url, by_passkey(panel, passkey)) as police:
        repeating.send(police, "DELETE", "/staff/sessions/current")
        return police.account_id


def machines(panel: Story, repeating: Repeating, administrators: SoftPasskey) -> None:
    clients = f"/staff/organisations/{panel.force_id}/clients"
    key = Ed25519PrivateKey.generate()
    public = json.loads(OKPAlgorithm.to_jwk(key.public_key()))
    with freshly(panel, administrators) as fresh:
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


def subject_to(panel: Story, email: str, subject: str) -> bool:
    return any(mail["Subject"] == subject for mail in panel.post.to(email))

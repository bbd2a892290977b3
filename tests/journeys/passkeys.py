"""Passkeys in software for the people of a journey."""

from urllib.parse import urlsplit

from launcher.demo.people import PASSWORD
from launcher.demo.story import Story
from ourwatch_client import StaffSession
from ourwatch_client.session import Tokens
from shared.testing.passkey import SoftPasskey


def a_key(panel: Story) -> SoftPasskey:
    address = urlsplit(panel.ground.url)
    return SoftPasskey(f"http://{address.netloc}", address.hostname or "")


def key_of_the_administrator(panel: Story) -> SoftPasskey:
    """With it nobody waits for the app's next code."""
    email, key = panel.administrator.email, a_key(panel)
    with panel.visitor.sign_in_staff(email, PASSWORD, panel.codes.next(email)) as administrator:
        asked = administrator.call("POST", "/staff/me/passkeys/options")["public_key"]
        administrator.call("POST", "/staff/me/passkeys", json={"credential": key.create(asked), "label": "A key"})
    return key


def by_passkey(panel: Story, passkey: SoftPasskey) -> Tokens:
    asked = panel.visitor.transport.call("POST", "/sessions/passkey/options")["public_key"]
    shown = {"credential": passkey.get(asked)}
    return Tokens.model_validate(panel.visitor.transport.call("POST", "/sessions/passkey", json=shown))


def freshly(panel: Story, key: SoftPasskey) -> StaffSession:
    """The administrator, with a second factor of this moment."""
    return StaffSession(panel.ground.url, by_passkey(panel, key))

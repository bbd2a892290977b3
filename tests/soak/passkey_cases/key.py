"""Somebody's phone or security key, plugged into the browser for as long as it is used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from selenium.webdriver.common.virtual_authenticator import Credential, Transport

from tests.soak.passkey_cases.chromium import Chromium, Holder, Json


@dataclass
class Key:
    """What lies in it, sign counts included, goes on from one use to the next. It is used on the page that is open."""

    chromium: Chromium
    wire: Transport
    credentials: Sequence[Credential] = field(default_factory=list)

    def make(self, options: Json, holder: Holder = Holder.VERIFIED) -> Json:
        """A new passkey; BrowserRefused where the browser makes none."""
        return self._use(self.chromium.make, options, holder)

    def show(self, options: Json, holder: Holder = Holder.VERIFIED) -> Json:
        """A signature; BrowserRefused where the browser gives none."""
        return self._use(self.chromium.show, options, holder)

    def cloned(self) -> "Key":
        """A second one with the same private keys and, for the last time, the same counts."""
        return replace(self)

    def _use(self, act: Callable[[Json], Json], options: Json, holder: Holder) -> Json:
        with self.chromium.authenticator(self.wire, holder, *self.credentials):
            try:
                return act(options)
            finally:
                self.credentials = self.chromium.credentials()

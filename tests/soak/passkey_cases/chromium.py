"""Debian's Chromium, with one authenticator at a time plugged into it that exists in software alone."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.virtual_authenticator import Credential, Transport, VirtualAuthenticatorOptions

Json = dict[str, Any]  # JSON of any shape
PROGRAMS = ("chromium", "chromedriver")
TRANSPORTS = (Transport.INTERNAL, Transport.USB, Transport.NFC, Transport.BLE)

_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever else it would like to reach, it finds no address for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
)
_SCRIPT_SECONDS = 60
_ASK = """
    const [act, options, done] = arguments;
    const read = {
        create: PublicKeyCredential.parseCreationOptionsFromJSON,
        get: PublicKeyCredential.parseRequestOptionsFromJSON,
    };
    Promise.resolve()
        .then(() => navigator.credentials[act]({publicKey: read[act].call(PublicKeyCredential, options)}))
        .then(credential => done({credential: credential.toJSON()}), error => done({refused: error.name}));
"""


class Holder(Enum):
    """What an authenticator finds out about whoever holds it."""

    VERIFIED = "verified"
    NOT_RECOGNISED = "not recognised"  # it looks at a finger, which is the wrong one
    NOT_CHECKED = "not checked"  # it cannot look: a touch is enough


class BrowserRefused(Exception):
    """The browser itself did not do it; the message is the name of its DOMException."""


class Chromium:
    """A page, and the authenticator that is in reach of it."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(self, url: str) -> None:
        self._driver.get(url)

    def make(self, options: Json) -> Json:
        """`navigator.credentials.create` on the page that is open; BrowserRefused where it does not."""
        return self._ask("create", options)

    def show(self, options: Json) -> Json:
        """`navigator.credentials.get` on the page that is open; BrowserRefused where it does not."""
        return self._ask("get", options)

    @contextmanager
    def authenticator(self, transport: Transport, holder: Holder, *credentials: Credential) -> Iterator[None]:
        """In reach, with these credentials, while the body runs."""
        options = VirtualAuthenticatorOptions(
            transport=transport,
            has_resident_key=True,
            has_user_verification=holder is not Holder.NOT_CHECKED,
            is_user_verified=holder is Holder.VERIFIED,
        )
        self._driver.add_virtual_authenticator(options)
        try:
            for credential in credentials:
                self._driver.add_credential(credential)
            yield
        finally:
            self._driver.remove_virtual_authenticator()

    def credentials(self) -> list[Credential]:
        """What lies in the authenticator now, private keys and sign counts included."""
        return self._driver.get_credentials()

    def _ask(self, act: str, options: Json) -> Json:
        told: Json = self._driver.execute_async_script(_ASK, act, options)
        if "refused" in told:
            raise BrowserRefused(told["refused"])
        credential: Json = told["credential"]
        return credential


def missing() -> list[str]:
    """Which of the two programs this machine lacks."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A browser that knows nobody and reaches this machine alone."""
    browser, control = (shutil.which(program) for program in PROGRAMS)
    with tempfile.TemporaryDirectory(prefix="ourwatch-chromium-", ignore_cleanup_errors=True) as folder:
        options = ChromeOptions()
        options.binary_location = browser or ""
        for flag in (*_FLAGS, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium does not start as root with it
        # Both paths are given: without them Selenium would look on the network for programs to fetch.
        driver = Chrome(options=options, service=Service(executable_path=control))
        try:
            driver.set_script_timeout(_SCRIPT_SECONDS)
            yield Chromium(driver)
        finally:
            driver.quit()

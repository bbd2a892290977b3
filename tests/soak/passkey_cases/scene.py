"""Where the cases play: a system of our own, a browser, somebody else's page, and a way to tell."""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.demo.mailbox import Post
from launcher.demo.people import Codes
from launcher.demo.story import refusal_of
from launcher.demo.told import Told
from launcher.processes import PROCESSES
from launcher.progress import Progress
from launcher.state import State
from launcher.system import System
from ourwatch_client import Visitor
from shared.servers.ports import free_port

from tests.soak.passkey_cases.chromium import BrowserRefused, Chromium, chromium
from tests.soak.passkey_cases.elsewhere import somebody_elses_page

# Passkeys cross these alone; what they tell the others waits in the outbox.
_NEEDED = ("identity-api", "identity-worker", "gateway-api")


@dataclass(frozen=True)
class Scene:
    """One run."""

    url: str
    other_port: int
    visitor: Visitor
    post: Post
    codes: Codes
    create_administrator: Callable[[str, str], str]
    chromium: Chromium
    chance: random.Random
    told: Told

    def open_our_page(self) -> None:
        """One of our own pages, as script-free as they all are: the origin is what counts."""
        self.chromium.open(f"{self.url}/accounts/confirm?secret=none")

    def refused(self, what: str, attempt: Callable[[], object], code: str = "identity.passkey_refused") -> None:
        """Says that the server refused it; DemoFailed where it did not, or for another reason."""
        problem = refusal_of(attempt)
        seen = "it was taken" if problem is None else f"{problem.status} {problem.code}"
        self.told.proved(f"{what}: {seen}", holds=problem is not None and problem.code == code)

    def refused_by_browser(self, what: str, attempt: Callable[[], object], name: str) -> None:
        """Says that it did not get as far as the server; DemoFailed where the browser did it."""
        try:
            attempt()
            seen = "it did it"
        except BrowserRefused as refusal:
            seen = str(refusal)
        self.told.proved(f"{what}: {seen}", holds=seen == name)


@contextmanager
def scene(seed: int) -> Iterator[Scene]:
    """Ready for the cases, and gone after them."""
    with ExitStack() as stack:
        # Not in the user's own state: its people and keys are nobody's.
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ourwatch-soak-", ignore_cleanup_errors=True))
        state = State(Path(folder) / "home")
        needed = tuple(process for process in PROCESSES if process.name in _NEEDED)
        system = System(state, free_port(), Progress(), processes=needed)
        stack.callback(system.stop)
        system.start()
        visitor = Visitor(system.url)
        stack.callback(visitor.close)
        yield Scene(
            url=system.url,
            other_port=stack.enter_context(somebody_elses_page()),
            visitor=visitor,
            post=Post(state.mail),
            codes=Codes(state.totp_seeds),
            create_administrator=system.create_administrator,
            chromium=stack.enter_context(chromium()),
            chance=random.Random(seed),
            told=Told(),
        )

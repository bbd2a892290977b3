"""The whole of OurWatch, started as `./ourwatch up` starts it, with a hand on every process."""

import os
import queue
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from launcher.demo import step_1_staff, step_2_panel, step_3_markings
from launcher.demo.mailbox import Post
from launcher.demo.minutes import write_minutes
from launcher.demo.people import PASSWORD, Codes, read_residents
from launcher.demo.story import Ground, Story
from launcher.demo.told import Told
from launcher.processes import PROCESSES, STEPS, Process, Step
from launcher.progress import Progress
from launcher.servers import Server
from launcher.state import State
from launcher.system import System
from ourwatch_client import MemberSession, Visitor
from shared.ids import new_id
from shared.servers.ports import free_port
from shared.servers.program import Program

Result = TypeVar("Result")
Stranger = Callable[[str], MemberSession]
START_SECONDS = 180


class LiveSystem:
    """A system in a thread of its own, since what it starts dies with the thread that started it."""

    def __init__(self, home: Path, processes: tuple[Process, ...] = PROCESSES, steps: tuple[Step, ...] = STEPS) -> None:
        self.state = State(home)
        self.state.prepare()
        self.system = System(self.state, free_port(), Progress(), processes=processes, steps=steps)
        self._asked: queue.Queue[tuple[Callable[[], Any], Future[Any]]] = queue.Queue()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ourwatch")

    def start(self) -> None:
        begun: Future[None] = Future()
        self._asked.put((self.system.start, begun))
        self._thread.start()
        begun.result(START_SECONDS)

    def do(self, work: Callable[[], Result]) -> Result:
        """Does something in the thread that owns the processes."""
        done: Future[Result] = Future()
        self._asked.put((work, done))
        return done.result(START_SECONDS)

    def kill(self, name: str) -> None:
        """Kills a process with signal 9; the supervisor starts it again."""
        part = self.system.supervisor.release(name)
        assert isinstance(part, Program)
        self.do(part.kill)
        self.do(lambda: self.system.supervisor.watch(name, part))

    def take_down(self, name: str) -> Server:
        """Kills one of the servers with signal 9, and nobody starts it again until `bring_back`."""
        server = self.do(lambda: self.system.supervisor.release(name))
        self.do(server.kill)  # type: ignore[attr-defined]  # every server of ours can be killed
        return server

    def bring_back(self, name: str, server: Server) -> None:
        self.do(server.start)
        self.do(lambda: self.system.supervisor.watch(name, server))

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Stops a process where it is, and lets it go on after: it does nothing meanwhile, and nobody starts it."""
        part = self.do(lambda: self.system.supervisor.release(name))
        assert isinstance(part, Program)
        assert part.pid is not None
        os.kill(part.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(part.pid, signal.SIGCONT)
            self.do(lambda: self.system.supervisor.watch(name, part))

    def stop(self) -> None:
        self._end.set()
        self._thread.join(START_SECONDS)

    def _run(self) -> None:
        try:
            while not self._end.is_set():
                try:
                    work, done = self._asked.get(timeout=0.2)
                except queue.Empty:
                    self.system.supervisor.tick()
                    continue
                try:
                    done.set_result(work())
                except BaseException as error:  # noqa: BLE001 - it is raised where it was asked
                    done.set_exception(error)
        finally:
            self.system.stop()


@pytest.fixture(scope="session")
def live() -> Iterator[LiveSystem]:
    # Not pytest's own folder: PostgreSQL runs as a user of its own when we are root, and could not reach it.
    with tempfile.TemporaryDirectory(prefix="ourwatch-journeys-", ignore_cleanup_errors=True) as folder:
        running = LiveSystem(Path(folder) / "home")
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def ground(live: LiveSystem) -> Ground:
    return Ground(
        url=live.system.url,
        home=live.state.folder,
        maildir=live.state.mail,
        create_administrator=lambda email, name: live.do(lambda: live.system.create_administrator(email, name)),
        dump_databases=lambda folder: live.do(lambda: live.system.dump_databases(folder)),
    )


@pytest.fixture(scope="session")
def panel(ground: Ground) -> Iterator[Story]:
    """A ward panel of 25 members, marked by both authorities, with one document: steps 1 to 3 of the main job."""
    run = new_id().hex[-6:]
    story = Story(
        run=run,
        ground=ground,
        told=Told(),
        visitor=Visitor(ground.url),
        post=Post(ground.maildir),
        codes=Codes(ground.home / "demo" / "totp.json"),
        residents=read_residents(run),
    )
    for step in (step_1_staff, step_2_panel, step_3_markings):
        step.run(story)
    story.minutes = write_minutes(run)
    story.document_id, story.version_id = story.chair.session.add_document(
        story.group_id, story.minutes.name, story.minutes.content
    )
    yield story
    story.close()


@pytest.fixture
def a_stranger(panel: Story) -> Iterator[Stranger]:
    """Registers somebody who belongs to nothing, with an authenticator app."""
    with ExitStack() as open_sessions:
        yield lambda name: open_sessions.enter_context(registered(panel, name))


def registered(story: Story, name: str) -> MemberSession:
    email = f"{name}.{story.run}@example.org"
    story.visitor.register(email, PASSWORD, name.title(), "E05009317")
    link = story.post.link(email, "/accounts/confirm")
    story.visitor.submit("/accounts/confirm", secret=link["secret"], password=PASSWORD)
    session = story.visitor.sign_in_member(email, PASSWORD)
    seed = session.add_authenticator()
    story.codes.enrol(email, seed)
    session.confirm_authenticator(story.codes.next(email))
    return session

"""Runs a system until somebody asks it to end, and answers those who ask how it is."""

import fcntl
import os
import signal
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from launcher.control import Desk, Message
from launcher.errors import NotPossible
from launcher.state import State
from launcher.system import System

_TICK_SECONDS = 0.25


def serve(state: State, system: System, *, is_ready: Callable[[], None]) -> None:
    """Returns after `down` or Ctrl-C, with everything ended; raises what kept the system from starting."""
    lock = os.open(state.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise NotPossible("OurWatch already runs here: see ./ourwatch status") from None
    try:
        system.start()
        _answer_until_down(state, system, is_ready)
    except KeyboardInterrupt:
        pass
    finally:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)  # ending is under way already
        system.stop()
        os.close(lock)


def _answer_until_down(state: State, system: System, is_ready: Callable[[], None]) -> None:
    asked_down = False

    def down(_: Message) -> Message:
        nonlocal asked_down
        asked_down = True
        return {"pid": os.getpid()}

    answers = _answers(system) | {"down": down}

    def answer(request: Message) -> Message:
        command = str(request.get("command"))
        if command not in answers:
            raise NotPossible(f"the running launcher knows no command {command}: restart it")
        return answers[command](request)

    desk = Desk(state.control)
    try:
        is_ready()
        while not asked_down:
            desk.serve(answer, seconds=_TICK_SECONDS)
            system.supervisor.tick()
    finally:
        desk.close()


def _answers(system: System) -> dict[str, Callable[[Message], Message]]:
    def status(_: Message) -> Message:
        return {"url": system.url, "pid": os.getpid(), "parts": system.supervisor.status()}

    def scale(request: Message) -> Message:
        system.supervisor.scale(str(request["name"]), int(request["count"]))
        return {}

    def administrator(request: Message) -> Message:
        return {"link": system.create_administrator(str(request["email"]), str(request["name"]))}

    def environment(request: Message) -> Message:
        return dict(system.environment(str(request["of"])))

    def access(_: Message) -> Message:
        return asdict(system.access())

    def dump(request: Message) -> Message:
        system.dump_databases(Path(str(request["folder"])))
        return {}

    return {
        "status": status,
        "scale": scale,
        "administrator": administrator,
        "environment": environment,
        "access": access,
        "dump": dump,
    }

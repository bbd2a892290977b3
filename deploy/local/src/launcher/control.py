"""How `status`, `scale` and `down` talk to the launcher that runs: a line of JSON each way."""

import contextlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from launcher.errors import NotPossible

Message: TypeAlias = dict[str, Any]  # Any: JSON
_DEADLINE_SECONDS = 120.0
_LONGEST_MESSAGE_BYTES = 64 * 1024


def ask(path: Path, **request: object) -> Message:
    """The running launcher's answer; NotPossible if none runs or if it says no."""
    with _in_folder(path.parent), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(_DEADLINE_SECONDS)
        try:
            line.connect(path.name)
        except OSError as error:
            raise NotPossible("OurWatch does not run here: start it with ./ourwatch up") from error
        line.sendall(json.dumps(request).encode() + b"\n")
        answer: Message = json.loads(line.makefile().readline(_LONGEST_MESSAGE_BYTES))
    if "refused" in answer:
        raise NotPossible(answer["refused"])
    return answer


class Desk:
    """The launcher's end. Whoever may open the folder may ask: the socket lies in one that is its owner's."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._path = path
        self._listener = socket.socket(socket.AF_UNIX)
        with _in_folder(path.parent):
            self._listener.bind(path.name)
        path.chmod(0o600)
        self._listener.listen(8)

    def serve(self, answer: Callable[[Message], Message], *, seconds: float) -> None:
        """Waits up to `seconds` for a request and answers it."""
        self._listener.settimeout(seconds)
        try:
            line, _ = self._listener.accept()
        except TimeoutError:
            return
        with line, contextlib.suppress(OSError, ValueError):  # an asker who hung up or speaks no JSON
            line.settimeout(1.0)
            request = json.loads(line.makefile().readline(_LONGEST_MESSAGE_BYTES))
            try:
                said = answer(request)
            except NotPossible as refusal:
                said = {"refused": str(refusal)}
            line.sendall(json.dumps(said).encode() + b"\n")

    def close(self) -> None:
        self._listener.close()
        self._path.unlink(missing_ok=True)


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    # A unix socket's path may have 107 bytes, a checkout's may have more.
    before = Path.cwd()
    try:
        os.chdir(folder)
    except OSError as error:
        raise NotPossible("OurWatch does not run here: start it with ./ourwatch up") from error
    try:
        yield
    finally:
        os.chdir(before)

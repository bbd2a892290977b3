"""The whole way of a document on this machine, from the gateway to the object store, and a chair who walks it."""

import contextlib
import http.client
import io
import secrets
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psutil  # type: ignore[import-untyped]  # it ships no types
from launcher.demo.mailbox import Post
from launcher.demo.people import PASSWORD, Codes
from launcher.demo.story import BOROUGH
from launcher.processes import PROCESSES
from launcher.progress import Progress
from launcher.state import State
from launcher.system import System
from minio import Minio
from ourwatch_client import MemberSession, Visitor
from shared.servers.ports import free_port

EMAIL = "chair@example.org"
RAW = {"content-type": "application/octet-stream"}
# As an operator sees them: by what stands in their command lines.
_PROCESSES = {"gateway": ("gateway", "api"), "documents": ("documents", "api"), "store": ("server", "-s3")}


@dataclass(frozen=True, slots=True)
class Address:
    """One content in the store, past gateway and service."""

    bucket: str
    key: str


class RunningDocuments:
    """What is measured: the same bytes through gateway and service, and straight to the same store."""

    def __init__(self, url: str, chair: MemberSession, group_id: UUID, store: dict[str, str]) -> None:
        self._url, self._chair, self._documents = url, chair, f"/groups/{group_id}/documents"
        self._document_id = chair.call("POST", self._documents, json={"name": "minutes.txt", "readers": "members"})[
            "id"
        ]
        self._bucket = store["bucket"]
        self.minio = Minio(
            urlsplit(store["url"]).netloc,
            access_key=store["access_key"],
            secret_key=store["secret_key"],
            secure=False,
            region="us-east-1",
        )
        self.processes = {name: _process(*words) for name, words in _PROCESSES.items()}

    def new_object(self) -> Address:
        return Address(self._bucket, f"bench/{secrets.token_hex(8)}")

    def list_address(self) -> tuple[str, dict[str, str]]:
        """A small request of somebody else, with what it is asked with."""
        return self._url + self._documents, self._headers()

    def put(self, content: bytes) -> str:
        """Declares a version and uploads it; the path of its content."""
        declared = self._chair.call(
            "POST", f"{self._documents}/{self._document_id}/versions", json={"length": len(content)}
        )
        path = f"{self._documents}/{self._document_id}/versions/{declared['id']}/content"
        _put(self._url + path, content, self._headers())
        return path

    def get(self, path: str, into: bytearray) -> None:
        _get(self._url + path, into, self._headers())

    def put_by_minio(self, place: Address, content: bytes) -> None:
        self.minio.put_object(place.bucket, place.key, io.BytesIO(content), len(content))

    def get_by_minio(self, place: Address) -> bytes:
        answer = self.minio.get_object(place.bucket, place.key)
        try:
            return bytes(answer.read())
        finally:
            answer.close()
            answer.release_conn()

    def put_presigned(self, place: Address, content: bytes) -> None:
        _put(self.minio.presigned_put_object(place.bucket, place.key), content, {})

    def get_presigned(self, place: Address, into: bytearray) -> None:
        _get(self.minio.presigned_get_object(place.bucket, place.key), into, {})

    def cpu(self) -> dict[str, float]:
        """Seconds of each process so far."""
        spent = {name: process.cpu_times() for name, process in self.processes.items()}
        return {name: float(times.user + times.system) for name, times in spent.items()}

    def memory_mib(self) -> dict[str, float]:
        """What each process holds."""
        return {name: process.memory_info().rss / (1 << 20) for name, process in self.processes.items()}

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._chair.access_token()}"}


@contextlib.contextmanager
def one_vault() -> Iterator[RunningDocuments]:
    """Everything but messaging, started as `./ourwatch up` does, with a group that has one member."""
    with tempfile.TemporaryDirectory(prefix="ourwatch-bench-", ignore_cleanup_errors=True) as folder:
        state = State(Path(folder) / "home")
        processes = tuple(process for process in PROCESSES if process.service != "messaging")
        with contextlib.redirect_stdout(sys.stderr):
            system = System(state, free_port(), Progress(), processes=processes)
        try:
            system.start()
            with contextlib.closing(Visitor(system.url)) as visitor, _chair(visitor, state) as chair:
                yield RunningDocuments(system.url, chair, _found(visitor, chair), system.access().stores["documents"])
        finally:
            system.stop()


def _chair(visitor: Visitor, state: State) -> MemberSession:
    visitor.register(EMAIL, PASSWORD, "Amina Begum", None)
    link = Post(state.mail).link(EMAIL, "/accounts/confirm")
    visitor.submit("/accounts/confirm", secret=link["secret"], password=PASSWORD)
    session = visitor.sign_in_member(EMAIL, PASSWORD)
    codes = Codes(state.totp_seeds)
    codes.enrol(EMAIL, session.add_authenticator())
    session.confirm_authenticator(codes.next(EMAIL))
    return session


def _found(visitor: Visitor, chair: MemberSession) -> UUID:
    ward = min(area["code"] for area in visitor.areas(BOROUGH)["areas"] if area["level"] == "ward")
    return chair.found_group(
        kind="ward_panel", name="A panel", purpose="Documents go up and down.", visibility="hidden", area=ward
    )


def _process(*words: str) -> psutil.Process:
    for process in psutil.Process().children(recursive=True):
        if set(words) <= set(process.cmdline()):
            return process
    raise RuntimeError(f"no process runs with {' '.join(words)}")


def _put(url: str, content: bytes, headers: dict[str, str]) -> None:
    _ask("PUT", url, content, RAW | headers, bytearray())


def _get(url: str, into: bytearray, headers: dict[str, str]) -> None:
    _ask("GET", url, None, headers, into)


def _ask(method: str, url: str, content: bytes | None, headers: dict[str, str], into: bytearray) -> None:
    # The plainest client there is, alike for all: its own work is the least that it can be.
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
    try:
        connection.request(
            method, f"{address.path}?{address.query}" if address.query else address.path, content, headers
        )
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{method} was answered with {answer.status}: {answer.read(500)!r}")
        room, at = memoryview(into), 0
        while at < len(room) and (taken := answer.readinto(room[at:])):
            at += taken
        if at != len(into) or (into and answer.read(1)):
            raise RuntimeError(f"{method} gave another length than {len(into)} bytes")
    finally:
        connection.close()

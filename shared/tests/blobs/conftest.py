"""A SeaweedFS server of our own for these tests: loopback, free ports, a fresh folder, killed at the end."""

import asyncio
import json
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import pytest
from shared.blobs.connection import Deadlines
from shared.blobs.signing import Signer
from shared.blobs.store import BlobStore

WEED = Path(sys.executable).parent / "weed"


class Server:
    """Where the store is and who may use it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.access_key = secrets.token_hex(8)
        self.secret_key = secrets.token_hex(16)

    def rights(self) -> str:
        credential = {"accessKey": self.access_key, "secretKey": self.secret_key}
        return json.dumps({"identities": [{"name": "tests", "credentials": [credential], "actions": ["Admin"]}]})


def free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def command(folder: Path, ports: Iterator[int], s3_port: int) -> list[str]:
    names = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port"]
    names += ["filer.port.grpc", "s3.port.grpc"]
    return [
        f"{WEED}",
        "server",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-s3",
        f"-s3.config={folder / 's3.json'}",
        f"-s3.port={s3_port}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=20",
        *(f"-{name}={next(ports)}" for name in names),
    ]


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    folder = tmp_path_factory.mktemp("weed")
    s3_port, *others = free_ports(8)
    server = Server(s3_port)
    (folder / "s3.json").write_text(server.rights())
    with (folder / "log").open("wb") as log:
        weed = await asyncio.create_subprocess_exec(
            *command(folder, iter(others), s3_port), stdout=log, stderr=log, cwd=folder
        )
    try:
        async with asyncio.timeout(60):
            await make_bucket(server)
        yield server
    finally:
        weed.kill()
        await weed.wait()


async def make_bucket(server: Server) -> None:
    signer = Signer(server.url, server.access_key, server.secret_key, "blobs", "us-east-1")
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.put(signer.address("PUT", "", {})) as answer:
                    if answer.status in {200, 409}:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)  # it offers no other sign that it is ready


@pytest.fixture
async def connect(server: Server) -> AsyncIterator[Callable[..., BlobStore]]:
    """Opens a store with other settings than the usual ones."""
    opened: list[BlobStore] = []

    def connected(secret_key: str = server.secret_key, deadlines: Deadlines | None = None) -> BlobStore:
        opened.append(BlobStore(server.url, server.access_key, secret_key, "blobs", deadlines=deadlines))
        return opened[-1]

    yield connected
    for each in opened:
        await each.aclose()


@pytest.fixture
def store(connect: Callable[..., BlobStore]) -> BlobStore:
    return connect()

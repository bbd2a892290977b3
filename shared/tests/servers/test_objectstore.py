import datetime as dt
import io
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import urllib3
from minio import Minio
from minio.error import S3Error
from shared.servers.objectstore import ObjectStore

CONTENT = b"the minutes of the panel"
ATTACKS = [
    ("GET", "/"),
    ("GET", "/alpha"),
    ("GET", "/alpha/minutes"),
    ("GET", "/buckets/alpha/?limit=10"),
    ("GET", "/buckets/alpha/minutes"),
    ("DELETE", "/alpha/minutes"),
    ("DELETE", "/buckets/alpha/minutes"),
    ("DELETE", "/buckets/alpha?recursive=true"),
    ("PUT", "/alpha/minutes"),
    ("POST", "/buckets/alpha/minutes"),
    ("GET", "/dir/assign?collection=alpha"),
    ("GET", "/dir/lookup?volumeId=1&collection=alpha"),
    ("GET", "/dir/status"),
    ("GET", "/vol/status"),
    ("GET", "/col/delete?collection=alpha"),
    ("GET", "/1,01637037d6"),
    ("GET", "/metrics"),
    ("POST", "/?Action=ListUsers&Version=2010-05-08"),
    ("POST", "/?Action=AssumeRole&Version=2011-06-15"),
]


@pytest.fixture
def alpha(a_store: ObjectStore) -> Minio:
    client = a_store.client("of-alpha", "secret-of-alpha")
    client.put_object("alpha", "minutes", io.BytesIO(CONTENT), len(CONTENT))
    return client


@pytest.fixture
def http() -> urllib3.PoolManager:
    return urllib3.PoolManager(timeout=10, retries=False)


def answer_to(context: ssl.SSLContext, port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        try:
            with context.wrap_socket(plain) as opened:
                opened.sendall(b"GET /dir/status HTTP/1.0\r\n\r\n")
                return opened.recv(1)  # TLS 1.3 refuses a missing certificate here, after the handshake
        except (ssl.SSLError, ConnectionError):
            return b""


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(("method", "path"), ATTACKS)
def test_no_port_gives_anything_to_somebody_without_a_credential(
    a_store: ObjectStore, http: urllib3.PoolManager, method: str, path: str
) -> None:
    for name, port in a_store.ports.items():
        try:
            answer = http.request(method, f"http://127.0.0.1:{port}{path}", body=b"x" if method != "GET" else None)
        except urllib3.exceptions.HTTPError:
            continue  # a port that speaks no plain HTTP at all
        assert answer.status >= 400, f"{name} answered {method} {path}"
        assert CONTENT not in answer.data
    kept = a_store.client("of-alpha", "secret-of-alpha").get_object("alpha", "minutes")
    assert kept.read() == CONTENT


@pytest.mark.usefixtures("alpha")
def test_every_inner_port_asks_for_a_certificate_that_nobody_has(a_store: ObjectStore) -> None:
    stranger = ssl.create_default_context()
    stranger.check_hostname = False
    stranger.verify_mode = ssl.CERT_NONE
    stranger.set_alpn_protocols(["h2", "http/1.1"])
    for name, port in a_store.ports.items():
        if name == "s3":
            continue
        assert answer_to(stranger, port) == b"", f"{name} answered a stranger"


def test_the_ports_that_are_known_are_all_that_it_listens_on(
    a_store: ObjectStore, listening: Callable[[Path], set[tuple[str, int]]]
) -> None:
    assert listening(a_store.folder) == {("127.0.0.1", port) for port in a_store.ports.values()}


def test_its_unix_sockets_are_closed_to_other_users(a_store: ObjectStore) -> None:
    grpc = [port for name, port in a_store.ports.items() if name.endswith(".grpc")]
    sockets = [path for port in grpc for path in Path("/tmp").glob(f"seaweedfs-*-grpc-{port}.sock")]
    assert sockets
    assert all(path.stat().st_mode & 0o077 == 0 for path in sockets)


@pytest.mark.parametrize("act", [
    lambda other: other.get_object("alpha", "minutes"),
    lambda other: other.stat_object("alpha", "minutes"),
    lambda other: list(other.list_objects("alpha")),
    lambda other: other.put_object("alpha", "minutes", io.BytesIO(b"x"), 1),
    lambda other: other.remove_object("alpha", "minutes"),
    lambda other: other.remove_bucket("alpha"),
    lambda other: other.make_bucket("charlie"),
    lambda other: other.get_bucket_policy("alpha"),
])  # fmt: skip
@pytest.mark.usefixtures("alpha")
def test_a_credential_of_one_bucket_cannot_touch_another(a_store: ObjectStore, act: Callable[[Minio], object]) -> None:
    with pytest.raises(S3Error, match="Access"):
        act(a_store.client("of-bravo", "secret-of-bravo"))


def test_a_presigned_link_reads_a_range(alpha: Minio, http: urllib3.PoolManager) -> None:
    link = alpha.presigned_get_object("alpha", "minutes", expires=dt.timedelta(minutes=1))
    answer = http.request("GET", link, headers={"Range": "bytes=4-10"})
    assert (answer.status, answer.data) == (206, b"minutes")


def test_a_presigned_link_takes_an_upload(alpha: Minio, http: urllib3.PoolManager) -> None:
    link = alpha.presigned_put_object("alpha", "uploaded", expires=dt.timedelta(minutes=1))
    assert http.request("PUT", link, body=b"in one go").status == 200
    assert alpha.get_object("alpha", "uploaded").read() == b"in one go"


def test_a_stored_object_survives_a_crash(a_store: ObjectStore, alpha: Minio) -> None:
    alpha.put_object("alpha", "kept", io.BytesIO(b"kept"), 4)
    a_store.kill()
    a_store.start()
    assert alpha.get_object("alpha", "kept").read() == b"kept"

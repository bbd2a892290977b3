"""A server that answers as the published API of Vault's transit engine says, and a real one where one is installed."""

import asyncio
import base64
import json
import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from shared.servers.ports import free_ports
from shared.testing.eventually import eventually

KEY = "ourwatch-documents"


class PublishedTransit:
    """POST /v1/transit/encrypt|decrypt/<key>, GET /v1/transit/keys/<key>; 400, 403 and 503 as documented."""

    real = False

    def __init__(self) -> None:
        self.token = secrets.token_hex(16)
        self.url = ""
        self.sealed = self.silent = False
        self._keys = [AESGCM.generate_key(256)]

    async def rotate(self) -> None:
        self._keys.append(AESGCM.generate_key(256))

    async def seal(self) -> None:
        self.sealed = True

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["PublishedTransit"]:
        app, port = web.Application(), free_ports(1)[0]
        app.router.add_route("*", "/v1/transit/{verb}/{key}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{port}"
        yield self
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        if self.silent:
            await asyncio.sleep(60)
        if self.sealed:
            return web.json_response({"errors": ["Vault is sealed"]}, status=503)
        if request.headers.get("x-vault-token") != self.token:
            return web.json_response({"errors": ["permission denied"]}, status=403)
        if request.match_info["verb"] == "keys":
            return web.json_response({"data": {"latest_version": len(self._keys), "name": KEY}})
        asked = await request.json()
        place = base64.b64decode(asked["associated_data"], validate=True)
        if request.match_info["verb"] == "encrypt":
            return self._encrypt(asked, place)
        return self._decrypt(asked, place)

    def _encrypt(self, asked: dict[str, Any], place: bytes) -> web.Response:
        version, nonce = asked.get("key_version") or len(self._keys), secrets.token_bytes(12)
        sealed = AESGCM(self._keys[version - 1]).encrypt(nonce, base64.b64decode(asked["plaintext"]), place)
        ciphertext = f"vault:v{version}:{base64.b64encode(nonce + sealed).decode()}"
        return web.json_response({"data": {"ciphertext": ciphertext, "key_version": version}})

    def _decrypt(self, asked: dict[str, Any], place: bytes) -> web.Response:
        _, version, sealed = asked["ciphertext"].split(":")
        try:
            raw = base64.b64decode(sealed)
            plain = AESGCM(self._keys[int(version[1:]) - 1]).decrypt(raw[:12], raw[12:], place)
        except (InvalidTag, IndexError, ValueError):
            return web.json_response({"errors": ["cipher: message authentication failed"]}, status=400)
        return web.json_response({"data": {"plaintext": base64.b64encode(plain).decode()}})


def installed() -> str | None:
    """A real server's program: what BAO names, or `bao` or `vault` beside Python or in the path."""
    beside = Path(sys.executable).with_name("bao")
    return os.environ.get("BAO") or (str(beside) if beside.exists() else shutil.which("bao") or shutil.which("vault"))


class RealTransit:
    """`bao server -dev`: real, in memory, unsealed."""

    real = True

    def __init__(self, program: str) -> None:
        self.token = secrets.token_hex(16)
        self.url = ""
        self._program = program

    async def rotate(self) -> None:
        await self._ask("POST", f"/v1/transit/keys/{KEY}/rotate")

    async def seal(self) -> None:
        await self._ask("PUT", "/v1/sys/seal")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["RealTransit"]:
        port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{port}"
        started = await asyncio.create_subprocess_exec(
            self._program,
            "server",
            "-dev",
            "-dev-no-store-token",
            f"-dev-root-token-id={self.token}",
            f"-dev-listen-address=127.0.0.1:{port}",
            "-log-level=error",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await eventually(self._answers)
            await self._ask("POST", "/v1/sys/mounts/transit", {"type": "transit"})
            await self._ask("POST", f"/v1/transit/keys/{KEY}", {"type": "aes256-gcm96"})
            yield self
        finally:
            started.terminate()
            await started.wait()

    async def _answers(self) -> bool:
        try:
            await self._ask("GET", "/v1/sys/health")
        except httpx.HTTPError:
            return False
        return True

    async def _ask(self, method: str, path: str, asked: Any = None) -> None:
        async with httpx.AsyncClient(base_url=self.url, headers={"x-vault-token": self.token}) as client:
            content = None if asked is None else json.dumps(asked)
            (await client.request(method, path, content=content)).raise_for_status()

"""Requests to addresses that an administrator gave: bounded in time and size, and never into our own network."""

import ipaddress
import json
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from identity.domain.errors import ProviderUnreachable

SECONDS = 10
LARGEST_ANSWER = 256 << 10
# Addresses that stand for others, which may lie anywhere: NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380).
_STANDING_FOR_OTHERS = [
    ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]

Json = dict[str, Any]  # what a JSON object holds


class Outward:
    """Asks for JSON objects: HTTPS, public addresses after resolving, no redirects, 10 s, 256 KiB.

    `private_too` also lets it ask this machine and this network, without TLS: for tests and a machine of one's own.
    """

    def __init__(self, *, private_too: bool) -> None:
        self._private_too = private_too

    async def get(self, url: str, *, bearer: str | None = None) -> Json:
        """The JSON object there; ProviderUnreachable for anything else."""
        return await self._ask("GET", url, {"authorization": f"Bearer {bearer}"} if bearer else {}, None)

    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Json:
        """The JSON object that answers a form; ProviderUnreachable for anything else, a refusal included."""
        return await self._ask("POST", url, headers, form)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Json:
        target = self._allowed(url)
        try:
            async with (
                aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(resolver=_Guarded(self._private_too), use_dns_cache=False),
                    timeout=aiohttp.ClientTimeout(total=SECONDS),
                    cookie_jar=aiohttp.DummyCookieJar(),
                ) as session,
                session.request(
                    method,
                    target,
                    data=form,
                    headers={"accept": "application/json", **headers},
                    allow_redirects=False,
                ) as answer,
            ):
                if answer.status != 200:
                    raise ProviderUnreachable
                return _object(await _bounded(answer.content))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ProviderUnreachable from error

    def _allowed(self, url: str) -> URL:
        try:
            target = URL(url)
        except (ValueError, TypeError) as error:
            raise ProviderUnreachable from error
        if target.host is None or target.user is not None or target.password is not None:
            raise ProviderUnreachable
        if target.scheme != "https" and not (self._private_too and target.scheme == "http"):
            raise ProviderUnreachable
        # An address that stands in the URL itself is connected to without being resolved.
        if not self._private_too and _is_address(target.host) and not is_public(target.host):
            raise ProviderUnreachable
        return target


class _Guarded(AbstractResolver):
    """Resolves names and refuses those that lead into a private network. What it answers is what is connected to."""

    def __init__(self, private_too: bool) -> None:
        self._private_too = private_too
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not self._private_too and not all(is_public(each["host"]) for each in found):
            raise OSError(f"{host} has a private address")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, and stands for no other address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif any(found in network for network in _STANDING_FOR_OTHERS):
            return False
    return found.is_global and not found.is_multicast


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # Also what only some resolvers take for an address: 127.1, 0x7f000001, 2130706433.
        return host.replace(".", "").isdigit() or host.lower().startswith("0x")
    return True


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    body = b""
    async for piece in content.iter_chunked(16 << 10):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise ProviderUnreachable
    return body


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProviderUnreachable from error
    if not isinstance(value, dict):
        raise ProviderUnreachable
    return value

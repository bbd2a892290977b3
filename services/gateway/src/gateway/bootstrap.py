"""Builds what the gateway works with: no database, no broker, no state of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.auth.internal import key_name
from shared.auth.keyfiles import Trust, load_signing_key
from shared.errors import Unavailable
from shared.tasks import running

from gateway.api.admission import Admission
from gateway.api.entrance import Entrance
from gateway.domain.rows import SERVICES, Service
from gateway.domain.same_origin import origin_of
from gateway.settings import Settings
from gateway.upstream.browser_sessions import BrowserSessions
from gateway.upstream.limits import USUAL, Limits
from gateway.upstream.revocations import Revocations
from gateway.upstream.services import Services, open_connections
from gateway.use_cases.recognise import Recognition

_ASKING_CONNECTIONS = 400


@dataclass(frozen=True, slots=True)
class Resources:
    """The door, and what it knows of ended sessions."""

    entrance: Entrance
    revocations: Revocations

    async def ready(self) -> None:
        if not self.revocations.are_known:
            raise Unavailable


@asynccontextmanager
async def open_resources(settings: Settings, limits: Limits = USUAL) -> AsyncIterator[Resources]:
    """The resources, with the revocations being polled; all closed at the end."""
    addresses: dict[Service, str] = {
        "identity": settings.identity_url,
        "groups": settings.groups_url,
        "documents": settings.documents_url,
        "messaging": settings.messaging_url,
    }
    keys = {service: load_signing_key(settings.key_folder, key_name(service)) for service in SERVICES}
    async with open_connections(limits.connections) as carrying, open_connections(_ASKING_CONNECTIONS) as asking:
        services = Services(carrying, asking, addresses, keys)
        revocations = Revocations(services)
        async with running(revocations.poll_for_ever()):
            admission = Admission(
                Recognition(Trust(settings.trust_folder), revocations),
                BrowserSessions(services, revocations),
                revocations,
                origin_of(settings.public_url),
            )
            entrance = Entrance(services, admission, limits, settings.proxies_in_front)
            yield Resources(entrance, revocations)

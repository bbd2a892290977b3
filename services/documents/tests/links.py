"""Links of releases, made as messaging makes them."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.auth.link_texts import seal_for_link
from shared.bus.outcomes import Outcome
from shared.contracts.envelope import Event
from shared.contracts.messaging import ReleaseLink, ReleaseLinksIssued
from shared.ids import new_id

from services.documents.tests.actors import Actor

GROUP_NAME = "Mile End & Bow <Panel>"


@dataclass(frozen=True)
class Link:
    """What a recipient holds."""

    release_id: str
    ref: UUID
    secret: str

    @property
    def page(self) -> str:
        return f"/releases/{self.release_id}?ref={self.ref}&secret={self.secret}"

    @property
    def form(self) -> dict[str, str]:
        return {"ref": str(self.ref), "secret": self.secret}


Hear = Callable[[Event, UUID], Awaitable[Outcome]]
Forward = Callable[..., Awaitable[list[Link]]]


async def release(hear: Hear, actor: Actor, path: str, recipients: int = 1, **more: Any) -> list[Link]:
    """The links of a release of a content path by this actor."""
    _, _, document_id, _, version_id, _ = path.split("/")
    body = {"document_id": document_id, "version_id": version_id, "list_id": str(new_id()), "expires_in_days": 7}
    answer = await actor.ask("POST", "/releases", json={**body, **more})
    assert answer.status_code == 201, answer.text
    links = [Link(answer.json()["id"], new_id(), secrets.token_urlsafe(32)) for _ in range(recipients)]
    issued = [
        ReleaseLink(
            recipient_ref=link.ref,
            secret_sha256=hashlib.sha256(link.secret.encode()).hexdigest(),
            sealed_group_name=seal_for_link(link.secret, UUID(link.release_id), link.ref, GROUP_NAME),
        )
        for link in links
    ]
    await hear(
        ReleaseLinksIssued(
            release_id=UUID(answer.json()["id"]), group_id=actor.proof.group_id, links=issued, version=1
        ),
        new_id(),
    )
    return links

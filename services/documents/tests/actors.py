"""People of a group who ask through the gateway, and documents as it asks its keys process."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from documents.storage.key_messages import DOCUMENTS, KEYS
from shared.auth.passes import GroupPass, Right
from shared.auth.principal import Principal
from shared.testing.client import AsGateway, signed
from shared.testing.issuer import Issuer, a_group_pass, a_member


def as_documents(issuer: Issuer, url: str) -> httpx.AsyncClient:
    """A client of the keys process that documents itself could be."""
    return httpx.AsyncClient(base_url=url, auth=AsGateway(issuer, KEYS, DOCUMENTS))


class Actor:
    """Somebody with a session and a pass, who asks through the gateway."""

    def __init__(self, issuer: Issuer, client: httpx.AsyncClient, principal: Principal, proof: GroupPass) -> None:
        self.issuer, self.client, self.principal, self.proof = issuer, client, principal, proof

    @property
    def headers(self) -> dict[str, str]:
        return signed(self.issuer, self.principal, "documents", self.proof)

    async def ask(self, method: str, path: str, **asked: Any) -> httpx.Response:
        headers = {**self.headers, **asked.pop("headers", {})}
        return await self.client.request(method, f"/groups/{self.proof.group_id}{path}", headers=headers, **asked)

    async def add(self, name: str = "Minutes.pdf", readers: str = "members", **more: Any) -> str:
        """The id of a new document."""
        answer = await self.ask("POST", "/documents", json={"name": name, "readers": readers, **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def change(self, document_id: str, **changes: Any) -> Any:
        """The document as it then is."""
        answer = await self.ask("PATCH", f"/documents/{document_id}", json=changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def folder(self, name: str = "Minutes", parent_id: str | None = None) -> str:
        """The id of a new folder."""
        answer = await self.ask("POST", "/folders", json={"name": name, "parent_id": parent_id})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def declare(self, document_id: str, length: int) -> str:
        """The path of a new version's content."""
        answer = await self.ask("POST", f"/documents/{document_id}/versions", json={"length": length})
        assert answer.status_code == 201, answer.text
        return f"/documents/{document_id}/versions/{answer.json()['id']}/content"

    async def put(self, path: str, content: Any) -> httpx.Response:
        return await self.ask("PUT", path, content=content, headers={"content-type": "application/octet-stream"})

    async def patch(self, path: str, offset: int, content: Any, **headers: str) -> httpx.Response:
        """Goes on with an upload from `offset`."""
        sent = {"content-type": "application/partial-upload", "upload-offset": str(offset), "upload-complete": "?0"}
        return await self.ask("PATCH", path, content=content, headers=sent | headers)

    async def kept(self, path: str) -> int:
        """How many bytes of an upload are safely kept."""
        answer = await self.ask("HEAD", path)
        assert answer.status_code == 204
        return int(answer.headers["upload-offset"])

    async def upload(self, content: bytes, name: str = "Minutes.pdf", readers: str = "members") -> str:
        """The path of the content of a new document."""
        path = await self.declare(await self.add(name, readers), len(content))
        answer = await self.put(path, content)
        assert answer.status_code == 200, answer.text
        return path


@dataclass(frozen=True)
class Group:
    """A panel of a chair and a member, and who else may be needed."""

    id: UUID
    issuer: Issuer
    client: httpx.AsyncClient

    def person(self, office: str | None = None, rights: frozenset[Right] | None = None) -> Actor:
        principal = a_member()
        return Actor(
            self.issuer, self.client, principal, a_group_pass(principal, self.id, office=office, rights=rights)
        )

    @property
    def chair(self) -> Actor:
        return self.person("chair")

    @property
    def member(self) -> Actor:
        return self.person()

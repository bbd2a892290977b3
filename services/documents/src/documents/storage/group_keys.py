"""The way to the keys process: each call carries the caller's own two proofs, or a link's secret."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import aiohttp
from pydantic import BaseModel
from shared.auth.errors import NoProof
from shared.auth.internal import HEADER as INTERNAL_HEADER
from shared.auth.internal import issue_internal_token
from shared.auth.keyfiles import SigningKey
from shared.auth.passes import HEADER as PASS_HEADER
from shared.clock import now
from shared.http.headers import CORRELATION_HEADER
from shared.logging import current_correlation_id, get_logger

from documents.domain.document import Document, SealedWords, Texts, Version
from documents.domain.errors import Damaged, DoesNotFit, KeysAway, NothingHere, NotLongInTheBin, TooManyKeys
from documents.domain.folder import Folder
from documents.domain.release import Release
from documents.storage.key_messages import (
    DOCUMENTS,
    KEYS,
    MOST_TEXTS,
    LinkRequest,
    OpenedRelease,
    OpenedTexts,
    OpenRequest,
    PlainKey,
    ReleaseNote,
    ReleaseRequest,
    SealedText,
    SealedTexts,
    SealRequest,
    TextKind,
    UnwrapRequest,
    WrappedKey,
    WrapRequest,
)

TOTAL_SECONDS = 5
log = get_logger("keys")
Told = TypeVar("Told", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a member shows: the access token and the group pass, as they came."""

    access_token: str
    group_pass: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.access_token}", PASS_HEADER: self.group_pass}


class KeysProcess:
    """All calls end within 5 s. KeysAway where it does not answer, TooManyKeys over its cap."""

    def __init__(self, url: str, key: SigningKey) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._session: aiohttp.ClientSession | None = None

    def of_group(self, group_id: UUID, proofs: Proofs) -> "GroupKeys":
        return GroupKeys(self, group_id, proofs)

    async def open_release(self, release_id: UUID, ref: UUID, secret: str) -> OpenedRelease:
        """What a link opens, counted as a download. Raises NothingHere and Damaged."""
        link = LinkRequest(ref=ref, secret=secret)
        return OpenedRelease.model_validate_json(await self.call(f"/releases/{release_id}/open", link))

    async def read_note(self, release_id: UUID, ref: UUID, secret: str) -> str | None:
        """What the group wrote to whoever holds this link. Raises NothingHere and Damaged."""
        link = LinkRequest(ref=ref, secret=secret)
        return ReleaseNote.model_validate_json(await self.call(f"/releases/{release_id}/note", link)).note

    async def destroy(self, group_id: UUID, document_id: UUID) -> None:
        """Destroys the keys of a document that was in the bin for 30 days. Raises NothingHere and NotLongInTheBin."""
        await self.call(f"/groups/{group_id}/documents/{document_id}/destroy", None)

    async def call(self, path: str, asked: BaseModel | None, headers: Mapping[str, str] | None = None) -> bytes:
        """The answer's body. NoProof, NothingHere and Damaged say that it will not be done."""
        sent = {
            "content-type": "application/json",
            CORRELATION_HEADER: str(current_correlation_id()),
            INTERNAL_HEADER: issue_internal_token(self._key, KEYS, "POST", path, now(), DOCUMENTS),
            **(headers or {}),
        }
        try:
            async with self._opened().post(
                self._url + path,
                data=asked.model_dump_json().encode() if asked else b"",
                headers=sent,
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise KeysAway from error
        if answer.status == 422 and DoesNotFit.code.encode() in body:
            log.error("key_does_not_open", path=path, **_ids_of(asked))
            raise Damaged
        _check(answer.status, body)
        return body

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS))
        return self._session


class GroupKeys:
    """The keys of one group, for one member and one request."""

    def __init__(self, process: KeysProcess, group_id: UUID, proofs: Proofs) -> None:
        self._process = process
        self._group_id = group_id
        self._proofs = proofs

    async def wrap(self, document_id: UUID, version_id: UUID) -> WrappedKey:
        """A new key for a version; it stays wrapped until its content comes. Raises Damaged for the group's own."""
        return await self._call("/keys/wrap", WrapRequest(document_id=document_id, version_id=version_id), WrappedKey)

    async def unwrap(self, version: Version) -> bytes:
        """The key of a version. Raises Damaged."""
        asked = UnwrapRequest(
            document_id=version.document_id,
            version_id=version.id,
            epoch=version.key_epoch,
            wrapped=version.wrapped_key,
        )
        return (await self._call("/keys/unwrap", asked, PlainKey)).key

    async def seal(self, document_id: UUID, texts: dict[TextKind, str]) -> SealedTexts:
        """Texts of a document, or the name of a folder, sealed for their place."""
        return await self._call("/texts/seal", SealRequest(document_id=document_id, texts=texts), SealedTexts)

    async def seal_texts(self, document_id: UUID, texts: Texts) -> SealedTexts:
        """All texts of a document, sealed together under one epoch."""
        plain = {TextKind.NAME: texts.name}
        if texts.description:
            plain[TextKind.DESCRIPTION] = texts.description
        if texts.tags:
            plain[TextKind.TAGS] = json.dumps(texts.tags, ensure_ascii=False)
        return await self.seal(document_id, plain)

    async def open_names(self, documents: Sequence[Document]) -> list[str | None]:
        """The documents' names, in their order; None for one that is damaged."""
        return await self._open([_name_of(document) for document in documents])

    async def open_listed(self, documents: Sequence[Document | SealedWords]) -> list[Texts | None]:
        """The documents' names and tags, in their order; None where one of the two is damaged."""
        return await self._open_texts(documents, _LISTED)

    async def open_texts(self, document: Document) -> Texts | None:
        """All texts of a document; None where one of them is damaged."""
        return (await self._open_texts([document], _SEALED))[0]

    async def open_folders(self, folders: Sequence[Folder]) -> list[str | None]:
        """The folders' names, in their order; None for one that is damaged."""
        return await self._open([_name_of_folder(folder) for folder in folders])

    async def release(
        self, release: Release, document: Document, version: Version, note: SealedTexts | None = None
    ) -> None:
        """Lays the version's key, the document's name and a note aside for whoever holds a link of the release.
        Raises Damaged.
        """
        asked = ReleaseRequest(
            release_id=release.id,
            document_id=document.id,
            version_id=version.id,
            epoch=version.key_epoch,
            wrapped=version.wrapped_key,
            name_epoch=document.texts_epoch,
            sealed_name=document.sealed_name,
            note_epoch=note.epoch if note else None,
            sealed_note=note.sealed[TextKind.NOTE] if note else None,
            expires_at=release.expires_at,
            download_limit=release.download_limit,
        )
        await self._process.call(f"/groups/{self._group_id}/releases", asked, self._proofs.headers)

    async def _open_texts(
        self, documents: Sequence[Document | SealedWords], kinds: Collection[TextKind]
    ) -> list[Texts | None]:
        sealed = [text for document in documents for text in _sealed_texts(document, kinds)]
        plain: dict[UUID, dict[TextKind, str | None]] = {document.id: {} for document in documents}
        for text, opened in zip(sealed, await self._open(sealed), strict=True):
            plain[text.document_id][text.kind] = opened
        return [_texts(plain[document.id]) for document in documents]

    async def _open(self, texts: list[SealedText]) -> list[str | None]:
        opened: list[str | None] = []
        for first in range(0, len(texts), MOST_TEXTS):
            asked = OpenRequest(texts=texts[first : first + MOST_TEXTS])
            opened += (await self._call("/texts/open", asked, OpenedTexts)).texts
        damaged = [
            f"{text.kind} {text.document_id}" for text, plain in zip(texts, opened, strict=True) if plain is None
        ]
        if damaged:
            log.error("texts_do_not_open", group_id=str(self._group_id), texts=damaged)
        return opened

    async def _call(self, path: str, asked: BaseModel, told: type[Told]) -> Told:
        path = f"/groups/{self._group_id}{path}"
        return told.model_validate_json(await self._process.call(path, asked, self._proofs.headers))


_LISTED = (TextKind.NAME, TextKind.TAGS)


_SEALED = {
    TextKind.NAME: "sealed_name",
    TextKind.TAGS: "sealed_tags",
    TextKind.DESCRIPTION: "sealed_description",
}


def _sealed_texts(document: Document | SealedWords, kinds: Iterable[TextKind]) -> list[SealedText]:
    return [
        SealedText(document_id=document.id, kind=kind, epoch=document.texts_epoch, sealed=sealed)
        for kind in kinds
        if (sealed := getattr(document, _SEALED[kind])) is not None
    ]


def _name_of(document: Document) -> SealedText:
    return _sealed_texts(document, [TextKind.NAME])[0]


def _name_of_folder(folder: Folder) -> SealedText:
    return SealedText(document_id=folder.id, kind=TextKind.FOLDER, epoch=folder.texts_epoch, sealed=folder.sealed_name)


def _texts(opened: Mapping[TextKind, str | None]) -> Texts | None:
    plain = {kind: text for kind, text in opened.items() if text is not None}
    if len(plain) < len(opened):
        return None
    tags = json.loads(plain[TextKind.TAGS]) if TextKind.TAGS in plain else ()
    return Texts(plain[TextKind.NAME], plain.get(TextKind.DESCRIPTION), tuple(tags))


def _ids_of(asked: BaseModel | None) -> dict[str, str]:
    return {name: str(value) for name, value in asked or () if isinstance(value, UUID)}


def _check(status: int, body: bytes) -> None:
    match status:
        case 200 | 204:
            return
        case 401 | 403:
            raise NoProof
        case 404:
            raise NothingHere
        case 503 if TooManyKeys.code.encode() in body:
            raise TooManyKeys
        case 409 if NotLongInTheBin.code.encode() in body:
            raise NotLongInTheBin
        case _:
            log.error("keys_process_failed", status=status)
            raise KeysAway

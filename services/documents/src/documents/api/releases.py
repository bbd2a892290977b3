"""Releases, as officers and forwarders see them (P21)."""
# ruff: noqa: FAST003 - the group of the path is read by the dependency that reads the pass

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Paragraphs
from shared.http.idempotency import IdempotentRoute

from documents.api.dependencies import After, Keys, Limit, Pass, Unit
from documents.use_cases import read_releases
from documents.use_cases.forward_version import forward_version
from documents.use_cases.read_releases import ReleaseWithLinks
from documents.use_cases.revoke_release import revoke_release as revoke

LONGEST_DAYS = 90
MOST_REFS = 1000

router = APIRouter(route_class=IdempotentRoute)


class NewRelease(Body):
    """`download_limit` counts for each recipient's link by itself; null is no limit."""

    document_id: UUID
    version_id: UUID
    list_id: UUID
    expires_in_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
    download_limit: Annotated[int, Field(ge=1, le=1000)] | None = None
    note: Annotated[Paragraphs, StringConstraints(max_length=500)] | None = None
    """Shown on the page of each link, and in no mail."""


class Revocation(Body):
    """`recipient_refs` null revokes the whole release."""

    recipient_refs: Annotated[list[UUID], Field(min_length=1, max_length=MOST_REFS)] | None = None


class LinkAnswer(Answer):
    ref: UUID
    downloads: int
    last_downloaded_at: datetime | None
    revoked_at: datetime | None


class ReleaseAnswer(Answer):
    id: UUID
    document_id: UUID
    version_id: UUID
    list_id: UUID
    released_by: UUID
    created_at: datetime
    expires_at: datetime
    download_limit: int | None
    has_note: bool
    revoked_at: datetime | None
    recipients: list[LinkAnswer]


class ReleasesPage(Answer):
    """`next` goes into `after` for what is older; null at the end."""

    releases: list[ReleaseAnswer]
    next: UUID | None


class DownloadAnswer(Answer):
    id: UUID
    ref: UUID
    at: datetime


class DownloadsPage(Answer):
    """The newest first; `next` goes into `after` for what is older, null at the end."""

    downloads: list[DownloadAnswer]
    next: UUID | None


@router.post("/groups/{group_id}/releases", status_code=201)
async def create_release(body: NewRelease, actor: Member, proof: Pass, keys: Keys, uow: Unit) -> ReleaseAnswer:
    release = await forward_version(
        uow,
        keys,
        actor,
        proof,
        document_id=body.document_id,
        version_id=body.version_id,
        list_id=body.list_id,
        expires_in=timedelta(days=body.expires_in_days),
        download_limit=body.download_limit,
        note=body.note,
    )
    return _answer(ReleaseWithLinks(release, []))


@router.get("/groups/{group_id}/releases")
async def list_releases(proof: Pass, uow: Unit, after: After = None, limit: Limit = 50) -> ReleasesPage:
    page = await read_releases.list_releases(uow, proof, after=after, limit=limit)
    return ReleasesPage(
        releases=[_answer(each) for each in page], next=page[-1].release.id if len(page) == limit else None
    )


@router.get("/groups/{group_id}/releases/{release_id}/downloads")
async def list_downloads(
    release_id: UUID, proof: Pass, uow: Unit, after: After = None, limit: Limit = 50
) -> DownloadsPage:
    page = await read_releases.list_downloads(uow, proof, release_id, after=after, limit=limit)
    return DownloadsPage(
        downloads=[DownloadAnswer.model_validate(each) for each in page],
        next=page[-1].id if len(page) == limit else None,
    )


@router.post("/groups/{group_id}/releases/{release_id}/revoke")
async def revoke_release(release_id: UUID, body: Revocation, actor: Member, proof: Pass, uow: Unit) -> ReleaseAnswer:
    return _answer(await revoke(uow, actor, proof, release_id, body.recipient_refs))


def _answer(found: ReleaseWithLinks) -> ReleaseAnswer:
    release = found.release
    return ReleaseAnswer(
        id=release.id,
        document_id=release.document_id,
        version_id=release.version_id,
        list_id=release.list_id,
        released_by=release.released_by,
        created_at=release.created_at,
        expires_at=release.expires_at,
        download_limit=release.download_limit,
        has_note=release.has_note,
        revoked_at=release.revoked_at,
        recipients=[LinkAnswer.model_validate(link) for link in found.recipients],
    )

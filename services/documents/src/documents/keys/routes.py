"""The operations of the keys process. There is no list, no export, and nothing for staff."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from shared.auth.errors import WrongPlane
from shared.auth.passes import GroupPass
from shared.clock import now
from shared.http.dependencies import Member, group_pass_for

from documents.domain.permissions import need_acting_officer, need_forwarder, need_second_factor
from documents.keys import releases, vault
from documents.keys.bootstrap import KeyResources
from documents.keys.destroyed import destroy_keys
from documents.storage.key_messages import (
    LinkRequest,
    OpenedRelease,
    OpenedTexts,
    OpenRequest,
    PlainKey,
    ReleaseNote,
    ReleaseRequest,
    SealedTexts,
    SealRequest,
    TextKind,
    UnwrapRequest,
    WrappedKey,
    WrapRequest,
)

# Its only caller is documents itself, which keeps idempotency keys; repeating an operation here harms nothing.
router = APIRouter()


async def _resources(request: Request) -> KeyResources:
    resources: KeyResources = request.app.state.resources
    return resources


async def _within_cap(
    resources: Annotated[KeyResources, Depends(_resources)],
    proof: Annotated[GroupPass, Depends(group_pass_for("documents"))],
) -> GroupPass:
    # Counted after both proofs hold, so that nobody uses up the cap of a group that is not theirs.
    resources.cap.count(proof.group_id)
    return proof


Resources = Annotated[KeyResources, Depends(_resources)]
Belongs = Annotated[GroupPass, Depends(_within_cap)]


@router.post("/groups/{group_id}/keys/wrap")
async def wrap(group_id: UUID, asked: WrapRequest, actor: Member, proof: Belongs, resources: Resources) -> WrappedKey:
    need_acting_officer(actor, proof, now())
    return await vault.wrap(resources, actor, group_id, asked)


@router.post("/groups/{group_id}/keys/unwrap")
async def unwrap(
    group_id: UUID, asked: UnwrapRequest, actor: Member, _proof: Belongs, resources: Resources
) -> PlainKey:
    return await vault.unwrap(resources, actor, group_id, asked)


@router.post("/groups/{group_id}/texts/seal")
async def seal_texts(
    group_id: UUID, asked: SealRequest, actor: Member, proof: Belongs, resources: Resources
) -> SealedTexts:
    if set(asked.texts) == {TextKind.NOTE}:
        # Of a release, which those may make too to whom the chair gave the right.
        need_forwarder(proof)
        need_second_factor(actor, now())
    else:
        need_acting_officer(actor, proof, now())
    return await vault.seal_texts(resources, actor, group_id, asked)


@router.post("/groups/{group_id}/texts/open")
async def open_texts(
    group_id: UUID, asked: OpenRequest, actor: Member, _proof: Belongs, resources: Resources
) -> OpenedTexts:
    return await vault.open_texts(resources, actor, group_id, asked)


@router.post("/groups/{group_id}/releases", status_code=204)
async def release(group_id: UUID, asked: ReleaseRequest, actor: Member, proof: Belongs, resources: Resources) -> None:
    need_forwarder(proof)
    need_second_factor(actor, now())
    await releases.lay_aside(resources, actor, group_id, asked)


@router.post("/groups/{group_id}/documents/{document_id}/destroy", status_code=204)
async def destroy(group_id: UUID, document_id: UUID, request: Request, resources: Resources) -> None:
    # The worker asks, after 30 days, in nobody's name: the document's own row decides.
    if request.state.principal is not None:
        raise WrongPlane
    await destroy_keys(resources, group_id, document_id, now())


@router.post("/releases/{release_id}/open")
async def open_release(release_id: UUID, link: LinkRequest, request: Request, resources: Resources) -> OpenedRelease:
    # A link is for the public plane: whoever shows a session here has come the wrong way.
    if request.state.principal is not None:
        raise WrongPlane
    resources.cap.count(release_id)
    return await releases.open_release(resources, release_id, link)


@router.post("/releases/{release_id}/note")
async def read_note(release_id: UUID, link: LinkRequest, request: Request, resources: Resources) -> ReleaseNote:
    if request.state.principal is not None:
        raise WrongPlane
    resources.cap.count(release_id)
    return await releases.read_note(resources, release_id, link)

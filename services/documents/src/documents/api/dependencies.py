"""What documents' routes ask for."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork
from shared.http.dependencies import Member, group_pass_for

from documents.bootstrap import Resources
from documents.storage.group_keys import GroupKeys, Proofs
from documents.use_cases.send_content import Sending

LARGEST_PAGE = 100


async def resources_of(request: Request) -> Resources:
    """What bootstrap built."""
    resources: Resources = request.app.state.resources
    return resources


async def unit_of_work(request: Request) -> UnitOfWork:
    """A unit of work under the request's idempotency key, where it has one."""
    return (await resources_of(request)).unit_of_work(getattr(request.state, "claim", None))


belongs = group_pass_for("documents")


async def group_keys(request: Request, proof: Annotated[GroupPass, Depends(belongs)]) -> GroupKeys:
    """The group's keys for this one request: the proofs that came with it go along (P19)."""
    proofs = Proofs(request.state.access_token, request.state.proof)
    return (await resources_of(request)).keys.of_group(proof.group_id, proofs)


async def sending_of(
    request: Request, document_id: UUID, version_id: UUID, actor: Member, proof: Annotated[GroupPass, Depends(belongs)]
) -> Sending:
    """This request, as one that brings bytes of a version."""
    resources, keys = await resources_of(request), await group_keys(request, proof)
    return Sending(
        uow=await unit_of_work(request),
        store=resources.store,
        scanner=resources.scanner,
        turns=resources.turns,
        keys=keys,
        actor=actor,
        proof=proof,
        document_id=document_id,
        version_id=version_id,
    )


FromBootstrap = Annotated[Resources, Depends(resources_of)]
Unit = Annotated[UnitOfWork, Depends(unit_of_work)]
Pass = Annotated[GroupPass, Depends(belongs)]
Keys = Annotated[GroupKeys, Depends(group_keys)]
Bringing = Annotated[Sending, Depends(sending_of)]
After = Annotated[UUID | None, Query()]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]

"""A whole vault as one archive, for its officers."""
# ruff: noqa: FAST003 - the group of the path is read by the dependency that reads the pass

from fastapi import APIRouter, Response
from shared.http.dependencies import Member

from documents.api.dependencies import After, FromBootstrap, Keys, Pass, Unit
from documents.api.download import archive
from documents.use_cases.export_vault import export_vault

router = APIRouter()


@router.get("/groups/{group_id}/vault.zip", response_class=Response)
async def download_vault(
    actor: Member, proof: Pass, keys: Keys, uow: Unit, resources: FromBootstrap, after: After = None
) -> Response:
    export = await export_vault(uow, keys, actor, proof, after=after)
    # RFC 8288; a vault of more documents than one archive takes goes on there.
    more = {"link": f'</groups/{proof.group_id}/vault.zip?after={export.next}>; rel="next"'} if export.next else {}
    return await archive(export, resources.store, more)

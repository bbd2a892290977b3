"""The folders of a vault."""
# ruff: noqa: FAST003 - the group of the path is read by the dependency that reads the pass

from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import model_validator
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from documents.api.dependencies import Keys, Pass, Unit
from documents.use_cases import read_folders
from documents.use_cases.add_folder import add_folder
from documents.use_cases.change_folder import change_folder as change
from documents.use_cases.delete_folder import delete_folder
from documents.use_cases.read_folders import ReadableFolder

router = APIRouter(route_class=IdempotentRoute)


class NewFolder(Body):
    """`parent_id` null is the top."""

    name: Line
    parent_id: UUID | None = None


class FolderChange(Body):
    """What is named changes; `parent_id` null moves to the top."""

    name: Line | None = None
    parent_id: UUID | None = None

    @model_validator(mode="after")
    def _need_values(self) -> Self:
        if "name" in self.model_fields_set and self.name is None:
            raise ValueError("name cannot be null")
        return self


class FolderAnswer(Answer):
    """A damaged name is null; naming the folder anew mends it."""

    id: UUID
    parent_id: UUID | None
    name: str | None
    is_damaged: bool
    created_by: UUID
    created_at: datetime


class FoldersAnswer(Answer):
    """All of them, the oldest first."""

    folders: list[FolderAnswer]


@router.get("/groups/{group_id}/folders")
async def list_folders(proof: Pass, keys: Keys, uow: Unit) -> FoldersAnswer:
    return FoldersAnswer(folders=[_answer(each) for each in await read_folders.list_folders(uow, keys, proof)])


@router.post("/groups/{group_id}/folders", status_code=201)
async def create_folder(body: NewFolder, actor: Member, proof: Pass, keys: Keys, uow: Unit) -> FolderAnswer:
    folder = await add_folder(uow, keys, actor, proof, name=body.name, parent_id=body.parent_id)
    return _answer(ReadableFolder(folder, body.name))


@router.patch("/groups/{group_id}/folders/{folder_id}")
async def change_folder(
    folder_id: UUID, body: FolderChange, actor: Member, proof: Pass, keys: Keys, uow: Unit
) -> FolderAnswer:
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    return _answer(await change(uow, keys, actor, proof, folder_id, changes))


@router.delete("/groups/{group_id}/folders/{folder_id}", status_code=204)
async def remove_folder(folder_id: UUID, actor: Member, proof: Pass, uow: Unit) -> None:
    await delete_folder(uow, actor, proof, folder_id)


def _answer(found: ReadableFolder) -> FolderAnswer:
    folder = found.folder
    return FolderAnswer(
        id=folder.id,
        parent_id=folder.parent_id,
        name=found.name,
        is_damaged=found.name is None,
        created_by=folder.created_by,
        created_at=folder.created_at,
    )

"""Folders of a vault: a tree of at most eight levels, which a member sees as far as it leads to something to read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from documents.domain.errors import FolderInsideItself, FoldersTooDeep

DEEPEST = 8
MOST_FOLDERS = 500

Tree = Mapping[UUID, UUID | None]
"""Each folder's parent; None at the top."""


@dataclass
class Folder:
    """A place for documents. `texts_epoch` is the epoch of the group key under which its name is sealed."""

    id: UUID
    group_id: UUID
    parent_id: UUID | None
    sealed_name: bytes
    texts_epoch: int
    created_by: UUID
    created_at: datetime
    version: int = 1


def above(tree: Tree, folder_id: UUID | None) -> list[UUID]:
    """The folder and all that it lies in, itself first; nothing of one that is not in the tree any more."""
    path: list[UUID] = []
    while folder_id is not None and folder_id in tree:
        path.append(folder_id)
        folder_id = tree[folder_id]
    return path


def need_place(tree: Tree, folder_id: UUID, parent_id: UUID | None) -> None:
    """Raises FolderInsideItself and FoldersTooDeep where a folder, new or moved, does not fit below this parent."""
    path = above(tree, parent_id)
    if folder_id in path:
        raise FolderInsideItself
    if len(path) + _height(tree, folder_id) > DEEPEST:
        raise FoldersTooDeep


def leading_to(tree: Tree, folder_ids: Iterable[UUID]) -> set[UUID]:
    """These folders and all that they lie in."""
    return {each for folder_id in folder_ids for each in above(tree, folder_id)}


def _height(tree: Tree, folder_id: UUID) -> int:
    return max((path.index(folder_id) + 1 for each in tree if folder_id in (path := above(tree, each))), default=1)

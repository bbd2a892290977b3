"""What a member's two proofs open: keys of versions, and texts. Every function does its work in one transaction."""

from uuid import UUID

from shared.auth.principal import Principal
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.errors import DoesNotFit
from documents.keys import wrapping
from documents.keys.bootstrap import KeyResources
from documents.keys.destroyed import refuse_destroyed
from documents.keys.group_keys import group_key, newest_group_key
from documents.keys.record import write_down
from documents.keys.wrapping import GroupKey
from documents.storage.key_messages import (
    OpenedTexts,
    OpenRequest,
    PlainKey,
    SealedText,
    SealedTexts,
    SealRequest,
    UnwrapRequest,
    WrappedKey,
    WrapRequest,
)


async def wrap(resources: KeyResources, actor: Principal, group_id: UUID, asked: WrapRequest) -> WrappedKey:
    """A new random key for a version, wrapped: whoever asked does not see it yet."""
    async with resources.unit_of_work() as uow:
        group = await newest_group_key(uow.session, resources.roots, group_id)
        place = wrapping.place_of_document_key(group_id, asked.document_id, asked.version_id, group.epoch)
        wrapped = wrapping.wrap(group.key, place, wrapping.new_key())
        await write_down(
            uow.session, "wrap", group_id, actor, document_id=asked.document_id, version_id=asked.version_id
        )
    return WrappedKey(epoch=group.epoch, wrapped=wrapped)


async def unwrap(resources: KeyResources, actor: Principal, group_id: UUID, asked: UnwrapRequest) -> PlainKey:
    """The key of a version. Raises DoesNotFit for one that was wrapped for another place, NothingHere for one that
    was destroyed.
    """
    async with resources.unit_of_work() as uow:
        await refuse_destroyed(uow.session, asked.version_id)
        group = await group_key(uow.session, resources.roots, group_id, asked.epoch)
        place = wrapping.place_of_document_key(group_id, asked.document_id, asked.version_id, asked.epoch)
        key = wrapping.unwrap(group.key, place, asked.wrapped)
        await write_down(
            uow.session, "unwrap", group_id, actor, document_id=asked.document_id, version_id=asked.version_id
        )
    return PlainKey(key=key)


async def seal_texts(resources: KeyResources, actor: Principal, group_id: UUID, asked: SealRequest) -> SealedTexts:
    """A document's texts, sealed."""
    async with resources.unit_of_work() as uow:
        group = await newest_group_key(uow.session, resources.roots, group_id)
        sealed = {
            kind: wrapping.seal_text(group, asked.document_id, kind, plain) for kind, plain in asked.texts.items()
        }
        await write_down(uow.session, "seal_texts", group_id, actor, document_id=asked.document_id)
    return SealedTexts(epoch=group.epoch, sealed=sealed)


async def open_texts(resources: KeyResources, actor: Principal, group_id: UUID, asked: OpenRequest) -> OpenedTexts:
    """The texts in the order they were asked for. One that does not open in its place hides no other."""
    async with resources.unit_of_work() as uow:
        groups = {
            epoch: await _key_if_sound(uow.session, resources, group_id, epoch)
            for epoch in {text.epoch for text in asked.texts}
        }
        texts = [_opened_if_sound(groups[text.epoch], text) for text in asked.texts]
        await write_down(uow.session, "open_texts", group_id, actor)
    return OpenedTexts(texts=texts)


async def _key_if_sound(session: AsyncSession, resources: KeyResources, group_id: UUID, epoch: int) -> GroupKey | None:
    try:
        return await group_key(session, resources.roots, group_id, epoch)
    except DoesNotFit:
        return None


def _opened_if_sound(group: GroupKey | None, text: SealedText) -> str | None:
    try:
        return group and wrapping.open_text(group, text.document_id, text.kind, text.sealed)
    except DoesNotFit:
        return None

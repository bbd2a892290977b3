"""Declares a version with its length, before its first byte."""

from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from documents.domain.document import Version
from documents.domain.errors import TooLarge
from documents.domain.permissions import need_acting_officer
from documents.storage.group_keys import GroupKeys
from documents.storage.space import take_space
from documents.storage.vault import Vault


async def declare_version(
    uow: UnitOfWork,
    keys: GroupKeys,
    actor: Principal,
    proof: GroupPass,
    document_id: UUID,
    *,
    length: int,
    largest: int,
    usual_quota: int,
) -> Version:
    """A version that is absent until its content has come (P22). Its bytes are counted now.

    Raises OnlyOfficers, SecondFactorNeeded, TooLarge, VaultFull and NothingHere.
    """
    need_acting_officer(actor, proof, now())
    if length > largest:
        raise TooLarge
    version_id = new_id()
    wrapped = await keys.wrap(document_id, version_id)
    version = Version(
        id=version_id,
        group_id=proof.group_id,
        document_id=document_id,
        length=length,
        wrapped_key=wrapped.wrapped,
        key_epoch=wrapped.epoch,
        added_by=actor.id,
        created_at=now(),
    )
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        await vault.document(document_id)
        vault.add_version(version)
        await uow.session.flush()
        # Counted last: a vault's row is held shortly, and after those of its documents.
        await take_space(uow.session, proof.group_id, length, usual_quota)
    return version

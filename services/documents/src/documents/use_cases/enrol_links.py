"""Takes the links that messaging made for a release."""

from shared.contracts.messaging import ReleaseLinksIssued
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.dialects.postgresql import insert

from documents.domain.errors import BadSecretDigest, NothingHere
from documents.domain.release import Release
from documents.storage.group_scope import enter_group
from documents.storage.tables import release_recipients

_DIGEST_BYTES = 32
_AT_ONCE = 1000  # a statement takes 32,767 values


async def enrol_links(uow: UnitOfWork, issued: ReleaseLinksIssued) -> None:
    """From the commit on the links can be used. A link that is known already stays as it is.

    Raises NothingHere for a release that this group has not, or not yet, and BadSecretDigest.
    """
    rows = [
        {
            "release_id": issued.release_id,
            "group_id": issued.group_id,
            "ref": link.recipient_ref,
            "secret_sha256": _digest(link.secret_sha256),
            "sealed_group_name": link.sealed_group_name,
        }
        for link in issued.links
    ]
    async with uow:
        await enter_group(uow.session, issued.group_id)
        if await uow.session.get(Release, issued.release_id) is None:
            raise NothingHere
        for first in range(0, len(rows), _AT_ONCE):
            some = rows[first : first + _AT_ONCE]
            await uow.session.execute(insert(release_recipients).values(some).on_conflict_do_nothing())


def _digest(in_hex: str) -> bytes:
    try:
        digest = bytes.fromhex(in_hex)
    except ValueError as error:
        raise BadSecretDigest from error
    if len(digest) != _DIGEST_BYTES:
        raise BadSecretDigest
    return digest

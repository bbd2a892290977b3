"""Anybody reads the organisations' public keys, to verify statements offline (P8)."""

from shared.db.unit_of_work import UnitOfWork

from groups.storage.marking_keys import Jwks, read_jwks


async def list_marking_keys(uow: UnitOfWork) -> Jwks:
    async with uow:
        return await read_jwks(uow.session)

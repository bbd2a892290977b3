"""Anybody learns which ward a place is in. The place is kept nowhere, and decides nothing (P10)."""

from datetime import date

from shared.db.unit_of_work import UnitOfWork

from groups.domain.distances import Place
from groups.domain.errors import OutsideAllAreas
from groups.storage.areas import Area
from groups.storage.boundaries import find_ward_at


async def find_ward(uow: UnitOfWork, place: Place, today: date) -> Area:
    """The ward; OutsideAllAreas where none of those known is there."""
    async with uow:
        ward = await find_ward_at(uow.session, place, today)
        if ward is None:
            raise OutsideAllAreas
        return ward

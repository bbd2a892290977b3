"""Looks whether a group's names and releases open, and whether each wrap that was laid aside has its release."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from documents.bootstrap import Resources
from documents.commands.finding import Finding
from documents.domain.errors import DoesNotFit
from documents.keys.bootstrap import KeyResources
from documents.keys.group_keys import group_key
from documents.keys.sealed_places import SEALED_PLACES, SealedPlace
from documents.keys.wrapping import GroupKey
from documents.storage.group_scope import enter_group
from documents.storage.tables import documents, release_wraps, releases, versions

PAGE = 100
UNDER_WAY = timedelta(minutes=10)
"""A wrap is laid aside before its release is written: one that is younger may be waiting for it."""


async def check_sealed_rows(keys: KeyResources, group_id: UUID) -> AsyncIterator[Finding]:
    """Every sealed column that does not open, except the keys of versions, which are looked at with their content."""
    for place in SEALED_PLACES:
        if place.table is not versions:
            last: UUID | None = None
            while True:
                page, findings = await _check_page(keys, group_id, place, last)
                for found in findings:
                    yield found
                if len(page) < PAGE:
                    break
                last = page[-1][0]


async def check_wraps(resources: Resources, keys: KeyResources, group_id: UUID, at: datetime) -> AsyncIterator[Finding]:
    """Wraps without a release."""
    wraps = release_wraps.c
    async with keys.unit_of_work() as uow:
        asked = select(wraps.release_id, wraps.document_id, wraps.version_id)
        laid = await uow.session.execute(asked.where(wraps.group_id == group_id, wraps.created_at < at - UNDER_WAY))
    async with resources.unit_of_work() as uow:
        await enter_group(uow.session, group_id)
        known = set(await uow.session.scalars(select(releases.c.id).where(releases.c.group_id == group_id)))
    for release_id, document_id, version_id in laid:
        if release_id not in known:
            yield Finding("wrap_without_release", group_id, document_id, version_id, str(release_id))


async def _check_page(
    keys: KeyResources, group_id: UUID, place: SealedPlace, last: UUID | None
) -> tuple[list[Row[Any]], list[Finding]]:  # Any: rows of any of the places
    columns = place.table.c
    named = dict.fromkeys((place.id.name, place.epoch, *place.sealed, *place.bound_to))
    asked = select(*(columns[name] for name in named)).where(columns.group_id == group_id)
    if last is not None:
        asked = asked.where(place.id > last)
    async with keys.unit_of_work() as uow:
        await enter_group(uow.session, group_id)
        page = list((await uow.session.execute(asked.order_by(place.id).limit(PAGE))).all())
        groups: dict[int, GroupKey | None] = {}
        for row in page:
            epoch = getattr(row, place.epoch)
            if epoch not in groups:
                try:
                    groups[epoch] = await group_key(uow.session, keys.roots, group_id, epoch)
                except DoesNotFit:
                    groups[epoch] = None
    return page, [
        Finding(
            "sealed_row_does_not_open",
            group_id,
            row[0] if place.table is documents else getattr(row, "document_id", None),
            getattr(row, "version_id", None),
            f"{place.table.name}.{column} {row[0]}",
        )
        for row in page
        for column in place.sealed
        if not _opens(groups[getattr(row, place.epoch)], place, row, column)
    ]


def _opens(group: GroupKey | None, place: SealedPlace, row: Row[Any], column: str) -> bool:  # Any: as above
    sealed = getattr(row, column)
    if sealed is None:
        return True
    if group is None:
        return False
    try:
        place.sealed[column](group, group, row, sealed)
    except DoesNotFit:
        return False
    return True

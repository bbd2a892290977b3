"""What the signing process checks by itself before it signs: it does not take the api's word for a person."""

from shared.auth.principal import Principal, Role
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from groups.domain.errors import SigningRefused
from groups.domain.groups import Kind
from groups.domain.markings import AUTHORITY_OF, SubjectKind
from groups.domain.statements import Draft
from groups.storage.areas import areas_within


def check_marker(staff: Principal, draft: Draft) -> None:
    """SigningRefused unless a staff session whose role gives this authority signs for its own organisation (P6)."""
    if not staff.is_staff or staff.role is None or staff.role is Role.ADMINISTRATOR:
        raise SigningRefused
    if AUTHORITY_OF.get(staff.role) != draft.authority or staff.organisation_id != draft.organisation_id:
        raise SigningRefused


def check_subject(draft: Draft) -> None:
    """SigningRefused for a subject that there is no such thing of."""
    is_coordinator = draft.subject_kind == SubjectKind.SCHEME_COORDINATOR
    if draft.subject_kind not in set(SubjectKind) or draft.group_kind not in set(Kind):
        raise SigningRefused
    if is_coordinator and draft.group_kind != Kind.NEIGHBOURHOOD_WATCH:
        raise SigningRefused


async def check_area(engine: AsyncEngine, staff: Principal, area: str) -> None:
    """SigningRefused unless the area lies in the areas of the session's token (P5)."""
    inside = areas_within(staff.areas)
    async with engine.connect() as connection:
        found = await connection.scalar(select(inside.c.code).where(inside.c.code == area))
    if found is None:
        raise SigningRefused

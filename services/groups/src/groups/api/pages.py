"""A group's page for everybody, and the poster that leads to it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import page, text

from groups.api.dependencies import Acting, Built, Unit
from groups.api.poster import poster
from groups.api.words import KIND_IN_WORDS
from groups.domain.errors import NoSuchGroup
from groups.domain.markings import Authority, Change
from groups.storage.current_markings import CurrentMarking
from groups.storage.priorities import SeenPriority
from groups.use_cases import make_poster as posters
from groups.use_cases import show_group_page as showing

router = APIRouter(route_class=IdempotentRoute)

_VOUCHES = {Authority.POLICE: "The police vouch", Authority.OURWATCH: "OurWatch vouches"}
_CHANGES = {
    Change.NAME: "its name",
    Change.AREA: "its area",
    Change.LEADING_OFFICE: "who leads it",
}


MOST_PRIORITIES = 10


class PageAddress(Answer):
    url: str


@router.get("/g/{public_id}", response_class=HTMLResponse)
async def show_group_page(uow: Unit, public_id: str) -> HTMLResponse:
    try:
        shown = await showing.show_group_page(uow, public_id, now())
    except NoSuchGroup:
        told = "No group shows itself under this address. Ask the person whose poster or card it was."
        return page("There is no group here", f"<p>{told}</p>", 404)
    group = shown.group
    return page(
        group.name,
        f"<p>{text(group.name)} is a {KIND_IN_WORDS[group.kind]} in {text(shown.area_name)}.</p>"
        + "".join(f"<p>{_told(marking)}</p>" for marking in group.markings)
        + _priorities(shown.priorities),
    )


@router.post("/groups/{group_id}/page/renew")
async def renew_page(member: Member, uow: Unit, resources: Built, group_id: UUID) -> PageAddress:
    return PageAddress(url=_url(resources.public_url, await posters.renew_page(uow, member, group_id, now())))


@router.get("/groups/{group_id}/poster.svg")
async def show_poster(member: Member, uow: Acting, resources: Built, group_id: UUID) -> Response:
    made = await posters.make_poster(uow, member, group_id, now())
    headers = {
        "cache-control": "no-store",
        "content-disposition": 'attachment; filename="poster.svg"',
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
    }
    content = poster(made.name, _url(resources.public_url, made.public_id))
    return Response(content, media_type="image/svg+xml", headers=headers)


def _url(public_url: str, public_id: str) -> str:
    return f"{public_url}/g/{public_id}"


def _told(marking: CurrentMarking) -> str:
    until = _day(marking.expires_at)
    ends = (
        f"Their word ran until {until} and is up for renewal."
        if marking.is_in_grace
        else f"Their word is current until {until}."
    )
    changes = [_CHANGES[what] for what in marking.changed_since]
    since = f" Changed since they looked: {', '.join(changes)}." if changes else ""
    return f"{_VOUCHES[marking.authority]} for this group: it is genuine. {ends}{since}"


def _priorities(priorities: Sequence[SeenPriority]) -> str:
    """What the panel asks of the police, for everybody where the panel shows itself."""
    if not priorities:
        return ""
    return "<h2>What the panel asked of the police</h2>" + "".join(
        f"<h3>{text(each.text)}</h3><p>Agreed on {_day(each.agreed_on)}.</p>"
        + "".join(
            f"<p>{text(answer.organisation or 'The police')}, {_day(answer.answered_at)}: {text(answer.text)}</p>"
            for answer in each.answers
        )
        + (f"<p>What came of it, {_day(each.closed_at)}: {text(each.outcome or '')}</p>" if each.closed_at else "")
        for each in priorities[:MOST_PRIORITIES]
    )


def _day(moment: date) -> str:
    return f"{moment.day} {moment:%B %Y}"

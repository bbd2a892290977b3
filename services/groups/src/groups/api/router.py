"""Groups' routes: the table of contents."""

from fastapi import APIRouter

from groups.api import ballots, groups, joining, meetings, members, offices, passes, public, staff

ROUTERS: tuple[APIRouter, ...] = (
    public.router,  # areas, directory, join page, checking of markings
    groups.router,  # one's own groups
    joining.router,  # links, requests, invitations
    members.router,  # members, officers' decisions, ledger, markings
    offices.router,  # who holds what, and how that changes
    ballots.router,  # the members decide who
    meetings.router,  # what a meeting decided, and who objects
    staff.router,  # the admin panel
    passes.router,  # the gateway's
)

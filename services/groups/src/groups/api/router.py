"""Groups' routes: the table of contents."""

from fastapi import APIRouter

from groups.api import (
    archiving,
    areas,
    ballots,
    directory,
    groups,
    joining,
    marking_log,
    meetings,
    members,
    offices,
    pages,
    passes,
    public,
    reviews,
    staff,
)

ROUTERS: tuple[APIRouter, ...] = (
    areas.router,  # wards, and which one a place is in
    directory.router,  # visible groups, and writing to one
    public.router,  # join page, checking of markings
    pages.router,  # a group's page and poster
    archiving.router,  # before `/groups/{group_id}`: a group's end, and its undoing
    groups.router,  # one's own groups
    joining.router,  # links, requests, invitations
    members.router,  # members, officers' decisions, ledger, markings
    marking_log.router,  # the log, for everybody and for officers
    offices.router,  # who holds what, and how that changes
    ballots.router,  # the members decide who
    meetings.router,  # what a meeting decided, and who objects
    staff.router,  # the admin panel
    reviews.router,  # many markings in one act
    passes.router,  # the gateway's
)

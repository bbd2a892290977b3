"""Groups' routes: the table of contents."""

from fastapi import APIRouter

from groups.api import (
    ballots,
    groups,
    joining,
    kept_people,
    marking_log,
    meetings,
    member_files,
    members,
    offices,
    pages,
    passes,
    public,
    reviews,
    staff,
)

ROUTERS: tuple[APIRouter, ...] = (
    public.router,  # areas, directory, join page, checking of markings
    pages.router,  # a group's page and poster
    groups.router,  # one's own groups
    joining.router,  # links, requests, invitations
    members.router,  # members, officers' decisions, ledger, markings
    kept_people.router,  # people without e-mail
    member_files.router,  # the members as a file, and people from a file
    marking_log.router,  # the log, for everybody and for officers
    offices.router,  # who holds what, and how that changes
    ballots.router,  # the members decide who
    meetings.router,  # what a meeting decided, and who objects
    staff.router,  # the admin panel
    reviews.router,  # many markings in one act
    passes.router,  # the gateway's
)

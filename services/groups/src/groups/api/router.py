"""Groups' routes: the table of contents."""

from fastapi import APIRouter

from groups.api import (
    abuse_reports,
    archiving,
    areas,
    ballots,
    directory,
    groups,
    handover,
    joining,
    kept_people,
    look_delays,
    marking_log,
    meetings,
    member_files,
    members,
    merging,
    offices,
    own_looks,
    pages,
    passes,
    pauses,
    previews,
    priorities,
    public,
    reviews,
    schemes,
    staff,
    work,
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
    kept_people.router,  # people without e-mail
    member_files.router,  # the members as a file, and people from a file
    marking_log.router,  # the log, for everybody and for officers
    merging.router,  # two schemes become one
    offices.router,  # who holds what, and how that changes
    ballots.router,  # the members decide who
    meetings.router,  # what a meeting decided, and who objects
    handover.router,  # for who has just taken an office
    previews.router,  # what others see of a group, for its officers
    priorities.router,  # what a panel asks of the police, and what these answer
    staff.router,  # the admin panel
    work.router,  # what waits for police and coordinators
    look_delays.router,  # looks that show later
    schemes.router,  # prepared by coordinators, taken over by residents
    abuse_reports.router,  # from members and from outside, for staff of the area
    pauses.router,  # two authorities against abuse (P4)
    own_looks.router,  # who of an organisation looked, for its data-protection officer
    reviews.router,  # many markings in one act
    passes.router,  # the gateway's
)

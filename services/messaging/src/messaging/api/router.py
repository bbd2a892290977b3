"""The table of contents of messaging's HTTP surface."""

from messaging.api import (
    audience,
    group_drafts,
    inbox,
    links,
    list_imports,
    lists,
    messages,
    preferences,
    reports,
    staff,
    staff_alerts,
    staff_drafts,
)

ROUTERS = (
    lists.router,
    list_imports.router,
    messages.router,
    audience.router,
    group_drafts.router,
    inbox.router,
    preferences.router,
    reports.group_router,
    staff.router,
    staff_alerts.router,
    staff_drafts.router,
    reports.staff_router,
    links.router,
)

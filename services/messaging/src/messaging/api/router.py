"""The table of contents of messaging's HTTP surface."""

from messaging.api import audience, inbox, links, lists, messages, preferences, staff, staff_alerts

ROUTERS = (
    lists.router,
    messages.router,
    audience.router,
    inbox.router,
    preferences.router,
    staff.router,
    staff_alerts.router,
    links.router,
)

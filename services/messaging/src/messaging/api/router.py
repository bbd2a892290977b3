"""The table of contents of messaging's HTTP surface."""

from messaging.api import inbox, links, lists, messages, staff

ROUTERS = (lists.router, messages.router, inbox.router, staff.router, links.router)

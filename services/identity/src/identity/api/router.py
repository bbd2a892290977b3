"""The table of contents of identity's HTTP surface."""

from identity.api import (
    accounts,
    contacts,
    internal,
    keys,
    machines,
    me,
    providers,
    sessions,
    staff,
    staff_accounts,
    staff_invitations,
)

ROUTERS = (
    accounts.router,
    sessions.router,
    me.router,
    staff.router,
    staff_accounts.router,
    contacts.router,
    staff_invitations.router,
    machines.router,
    providers.router,
    keys.router,
    internal.router,
)

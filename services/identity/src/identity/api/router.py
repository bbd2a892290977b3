"""The table of contents of identity's HTTP surface."""

from identity.api import (
    accounts,
    email_changes,
    factors,
    internal,
    keys,
    me,
    my_sessions,
    own_data,
    passkeys,
    passwords,
    recoveries,
    sessions,
    staff,
    staff_invitations,
)

ROUTERS = (
    accounts.router,
    sessions.router,
    my_sessions.router,
    passwords.router,
    email_changes.router,
    me.router,
    factors.router,
    passkeys.router,
    own_data.router,
    recoveries.router,
    staff.router,
    staff_invitations.router,
    keys.router,
    internal.router,
)

"""The table of contents of identity's HTTP surface."""

from identity.api import (
    accounts,
    email_changes,
    factors,
    internal,
    keys,
    me,
    my_sessions,
    passkeys,
    passwords,
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
    staff.router,
    staff_invitations.router,
    keys.router,
    internal.router,
)

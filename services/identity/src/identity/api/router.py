"""The table of contents of identity's HTTP surface."""

from identity.api import accounts, factors, internal, keys, me, passkeys, sessions, staff, staff_invitations

ROUTERS = (
    accounts.router,
    sessions.router,
    me.router,
    factors.router,
    passkeys.router,
    staff.router,
    staff_invitations.router,
    keys.router,
    internal.router,
)

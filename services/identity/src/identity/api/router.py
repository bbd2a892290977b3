"""The table of contents of identity's HTTP surface."""

from identity.api import accounts, internal, keys, me, own_data, recoveries, sessions, staff, staff_invitations

ROUTERS = (
    accounts.router,
    sessions.router,
    me.router,
    own_data.router,
    recoveries.router,
    staff.router,
    staff_invitations.router,
    keys.router,
    internal.router,
)

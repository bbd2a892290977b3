"""Who may do what in identity, beyond what the gateway's table says."""

from datetime import datetime, timedelta

from shared.auth.principal import Assurance, Principal, Role

from identity.domain.errors import SecondFactorNeeded
from identity.domain.factors import Factors

FRESH = timedelta(minutes=5)


def may_manage_staff(actor: Principal) -> bool:
    """Organisations, staff accounts and appointments are the administrators'."""
    return actor.is_staff and actor.role is Role.ADMINISTRATOR


def need_fresh_factor(actor: Principal, factors: Factors, now: datetime) -> None:
    """SecondFactorNeeded unless whoever has a second factor showed it within five minutes (security.md "Step-up")."""
    if not factors.any and not actor.is_staff:
        return
    if actor.assurance is not Assurance.TWO_FACTORS or now - actor.authenticated_at > FRESH:
        raise SecondFactorNeeded

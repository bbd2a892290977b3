"""A member corrects what identity holds about them (P29)."""

from collections.abc import Mapping
from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.keyring import Keyring
from identity.storage.accounts import Accounts, Appointments
from identity.storage.ledger import Ledger
from identity.use_cases.tell import appointment_event, person_events


async def correct_details(
    uow: UnitOfWork, keyring: Keyring, actor: Principal, *, corrected: Mapping[str, str | None], now: datetime
) -> Account:
    """Changes `display_name` and `area` where they are given and differ, and tells everybody who has a copy."""
    async with uow:
        account = await Accounts(uow.session).get_for_change(actor.id)
        if account is None or not account.is_active:
            raise NotHere
        changed = {name: value for name, value in corrected.items() if getattr(account, name) != value}
        if not changed:
            return account
        account.correct(**changed)
        Ledger(uow.session).write(account.id, LedgerKind.DETAILS_CORRECTED, now, fields=", ".join(sorted(changed)))
        for event in person_events(account, keyring):
            uow.record(event)
        appointment = await Appointments(uow.session).get(account.id)
        if appointment is not None and "display_name" in changed:
            appointment.version += 1
            uow.record(appointment_event(appointment, account))
        return account

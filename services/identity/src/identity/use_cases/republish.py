"""Everything identity has told, told again, so that any reader can be rebuilt."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from shared.contracts.envelope import Event
from shared.contracts.identity import PersonErased
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import select

from identity.domain.accounts import Account, Appointment, Consent, Organisation
from identity.domain.contact_looks import ContactLook
from identity.keyring import Keyring
from identity.storage import tables
from identity.use_cases.tell import (
    appointment_event,
    consent_event,
    contact_look_event,
    data_protection_officer_event,
    organisation_event,
    person_events,
    staff_event,
)

Row = TypeVar("Row")


async def republish(uow: UnitOfWork, keyring: Keyring) -> int:
    """Records the present state of every row as an event with its present version; returns how many events."""
    async with uow:
        told: list[Event] = []
        told += await _all(uow, Organisation, _organisation_events)
        told += await _all(uow, Account, lambda row: _account_events(row, keyring))
        told += await _all(uow, Consent, lambda row: [consent_event(row)])
        chosen = select(Appointment, Account).join(Account, tables.accounts.c.id == tables.appointments.c.person_id)
        told += [appointment_event(appointment, account) for appointment, account in await uow.session.execute(chosen)]
        told += await _all(uow, ContactLook, lambda row: [contact_look_event(row)])
        for event in told:
            uow.record(event)
        return len(told)


def _organisation_events(organisation: Organisation) -> Iterable[Event]:
    return organisation_event(organisation), data_protection_officer_event(organisation)


def _account_events(account: Account, keyring: Keyring) -> Iterable[Event]:
    if account.is_erased:
        return [] if account.is_staff else [PersonErased(person_id=account.id, version=account.version)]
    if not account.is_staff:
        return person_events(account, keyring)
    return [] if account.awaits_its_owner else [staff_event(account)]


async def _all(uow: UnitOfWork, kind: type[Row], tell: Callable[[Row], Iterable[Event]]) -> list[Event]:
    return [event for row in await uow.session.scalars(select(kind)) for event in tell(row)]

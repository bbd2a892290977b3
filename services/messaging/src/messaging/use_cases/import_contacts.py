"""An officer brings many outside contacts to a list at once, and reads what became of each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.errors import NothingHere
from messaging.domain.list_imports import Entry, Outcome
from messaging.domain.permissions import need_officer
from messaging.keyring import Keyring
from messaging.storage.lists import Lists
from messaging.use_cases.ask_contact import ask_contact


async def import_contacts(
    uow: UnitOfWork, keyring: Keyring, proof: GroupPass, list_id: UUID, entries: Sequence[Entry], now: datetime
) -> list[Outcome]:
    """What became of each entry, in order. Whoever is new is asked by mail, as is who has not answered for an hour;
    nobody is on the list before their own yes, and who left it hears nothing from an import (P27).

    Raises OnlyOfficers and NothingHere.
    """
    need_officer(proof)
    tags = [None if each.email is None else keyring.mailbox_tag(each.email) for each in entries]
    async with uow:
        lists = Lists(uow.session, proof.group_id)
        if not await lists.hold(list_id):
            raise NothingHere
        room = await lists.room(list_id)
        told = [tag for tag in tags if tag is not None]
        on_the_list = await lists.known(list_id, told)
        seen: set[bytes] = set()
        outcomes: list[Outcome] = []
        for (name, email), tag in zip(entries, tags, strict=True):
            outcome = Outcome.ASKED
            if email is None or tag is None:
                outcome = Outcome.NOT_AN_ADDRESS
            elif name is None:
                outcome = Outcome.NO_NAME
            elif tag in seen:
                outcome = Outcome.TWICE
            elif on_the_list.get(tag):
                outcome = Outcome.LEFT
            elif tag not in on_the_list and not room:
                outcome = Outcome.LIST_FULL
            else:
                await ask_contact(uow, keyring, proof.group_id, list_id, email=email, name=name, now=now)
                if tag in on_the_list:
                    outcome = Outcome.ALREADY_ON_THE_LIST
                else:
                    room -= 1
            if tag is not None and name is not None:
                seen.add(tag)
            outcomes.append(outcome)
    return outcomes

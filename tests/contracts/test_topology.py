"""Each event has a reader, each reader a handler, and the broker's table says the same as the services' tables."""

import importlib

from shared.bus.topology import READERS
from shared.contracts import documents, groups, identity, messaging
from shared.contracts.envelope import Event

from shared import contracts

CONSUMING = ("groups", "documents", "messaging")


def all_events() -> set[str]:
    modules = (identity, groups, documents, messaging)
    return {
        kind.type
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    }


def test_every_event_has_a_reader_and_every_queue_reads_known_events() -> None:
    read = {event for events in READERS.values() for event in events}
    assert read == all_events(), contracts.__name__


def test_the_brokers_table_and_the_services_tables_agree() -> None:
    for queue, events in READERS.items():
        service, _, purpose = queue.partition(".")
        table = importlib.import_module(f"{service}.consumers.subscriptions")
        subscriptions = table.SUBSCRIPTIONS if purpose == "events" else getattr(table, purpose.upper())
        assert {each.event.type for each in subscriptions} == set(events), queue

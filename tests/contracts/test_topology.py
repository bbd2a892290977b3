"""Each event has a reader, each reader a handler, and the broker's table says the same as the services' tables."""

import importlib

from shared.bus.topology import READERS, UNREAD
from shared.contracts import documents, groups, identity, messaging
from shared.contracts.envelope import Event

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
    assert read | set(UNREAD) == all_events()
    assert not read & set(UNREAD)


def test_the_brokers_table_and_the_services_tables_agree() -> None:
    for queue, events in READERS.items():
        service, _, purpose = queue.partition(".")
        table = importlib.import_module(f"{service}.consumers.subscriptions")
        subscriptions = table.SUBSCRIPTIONS if purpose == "events" else table.SENDING_SUBSCRIPTIONS
        assert {each.event.type for each in subscriptions} == set(events), queue

"""What identity listens to."""

from shared.bus.subscription import Subscription
from shared.contracts import documents, groups, messaging

from identity.bootstrap import Resources
from identity.consumers.on_erasure_done import on_erasure_done
from identity.consumers.on_office_changed import on_office_changed

QUEUE = "identity.events"

SUBSCRIPTIONS: tuple[Subscription[Resources], ...] = (
    Subscription(groups.OfficeChanged, on_office_changed),
    Subscription(groups.ErasureDone, on_erasure_done),
    Subscription(documents.ErasureDone, on_erasure_done),
    Subscription(messaging.ErasureDone, on_erasure_done),
)

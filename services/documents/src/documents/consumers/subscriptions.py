"""What documents listens to.

Who belongs to a group is told by the pass of each request, so no copy of people, memberships or offices is kept.
"""

from shared.bus.subscription import Subscription
from shared.contracts.messaging import ReleaseLinksIssued

from documents.bootstrap import Resources
from documents.consumers.on_release_links_issued import on_release_links_issued

SUBSCRIPTIONS: tuple[Subscription[Resources], ...] = (Subscription(ReleaseLinksIssued, on_release_links_issued),)

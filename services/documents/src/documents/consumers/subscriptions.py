"""What documents listens to.

Who belongs to a group is told by the pass of each request, so no copy of people, memberships or offices is kept.
"""

from shared.bus.subscription import Subscription
from shared.contracts.identity import PersonErased
from shared.contracts.messaging import ReleaseLinksEnded, ReleaseLinksIssued

from documents.bootstrap import Resources
from documents.consumers.on_person_erased import on_person_erased
from documents.consumers.on_release_links_ended import on_release_links_ended
from documents.consumers.on_release_links_issued import on_release_links_issued

SUBSCRIPTIONS: tuple[Subscription[Resources], ...] = (
    Subscription(ReleaseLinksIssued, on_release_links_issued),
    Subscription(ReleaseLinksEnded, on_release_links_ended),
    Subscription(PersonErased, on_person_erased),
)

"""What a member says yes to, in which words, and the record of it (P16)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# Earlier wordings stay: a receipt says which one its person read.
WORDINGS: dict[int, str] = {
    1: "This organisation may see my e-mail address and write to me about safety where I live. "
    "I can take this back at any time.",
}
CURRENT_WORDING = max(WORDINGS)


@dataclass
class ConsentReceipt:
    """A yes or its end, as it was said. Receipts are added, never changed."""

    id: UUID
    person_id: UUID
    organisation_id: UUID
    is_given: bool
    at: datetime
    wording_version: int

    @property
    def wording(self) -> str:
        return WORDINGS[self.wording_version]

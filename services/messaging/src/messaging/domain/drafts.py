"""A message before it is sent: drafting, approving and sending are three acts (P26)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from messaging.domain.errors import AlreadySent, ApprovedByAnother, EditedMeanwhile, TooEarly

SCHEDULED_AT_MOST = timedelta(days=90)
REVIEWED_WITHIN = timedelta(hours=24)


class DraftState(StrEnum):
    """`scheduled` becomes `sent` by itself when its time has come, or `held` where it may not be sent any more."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENT = "sent"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a group's officers, or the people of one organisation, have written so far; theirs alone to see (P5).

    `version` counts edits. An approval is of one version, so an edit voids it.
    """

    id: UUID
    group_id: UUID | None
    organisation_id: UUID | None
    version: int
    edited_by: UUID
    edited_at: datetime
    state: DraftState = DraftState.DRAFT
    approved_by: UUID | None = None
    approved_version: int | None = None
    send_at: datetime | None = None
    scheduled_by: UUID | None = None
    message_id: UUID | None = None

    @property
    def is_approved(self) -> bool:
        """By somebody else than wrote it, as it now is."""
        return self.approved_by is not None and self.approved_version == self.version

    def edited(self, by: UUID, at: datetime, version: int) -> Self:
        """The next version. Raises EditedMeanwhile where `version` is not the newest, and AlreadySent."""
        self.need_open(version)
        return replace(
            self,
            version=version + 1,
            edited_by=by,
            edited_at=at,
            state=DraftState.DRAFT,
            send_at=None,
            scheduled_by=None,
        )

    def approved(self, by: UUID, version: int) -> Self:
        """As it is, by a second person. Raises EditedMeanwhile, AlreadySent, and ApprovedByAnother for its editor."""
        self.need_open(version)
        if by == self.edited_by:
            raise ApprovedByAnother
        return replace(self, approved_by=by, approved_version=version)

    def ended(self, message_id: UUID | None) -> Self:
        """As the message that it became; without one it was due, and might not be sent any more."""
        state = DraftState.HELD if message_id is None else DraftState.SENT
        return replace(self, state=state, message_id=message_id, send_at=None)

    def need_open(self, version: int) -> None:
        """Raises AlreadySent, and EditedMeanwhile where `version` is not the newest."""
        if self.state is DraftState.SENT:
            raise AlreadySent
        if version != self.version:
            raise EditedMeanwhile

    def scheduled(self, send_at: datetime, at: datetime, version: int) -> Self:
        """To be sent by itself. Raises EditedMeanwhile, AlreadySent, and TooEarly for what is past or too far off."""
        self.need_open(version)
        if not at < send_at <= at + SCHEDULED_AT_MOST:
            raise TooEarly
        return replace(self, state=DraftState.SCHEDULED, send_at=send_at)

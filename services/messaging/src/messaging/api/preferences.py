"""What a member wants to be sent, and when not, with what each choice does in plain words."""

from datetime import datetime, time
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field, model_validator
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute

from messaging.api.dependencies import Unit
from messaging.domain.message_types import MessageType
from messaging.domain.preferences import Preferences, QuietHours
from messaging.use_cases import choose_preferences as choosing
from messaging.use_cases.choose_preferences import Chosen

router = APIRouter(prefix="/preferences", route_class=IdempotentRoute, tags=["preferences"])

_IN_WORDS = {
    "muted_types": "You get no emails of these types, from no group and no organisation. They stay in your inbox here.",
    "quiet_hours": "Emails wait until your quiet hours are over. Urgent alerts, of priority 1, come at any time.",
    "leaving": "To get no more emails of one list, group or organisation, press Leave in one. You stay a member.",
    "security": "Emails about your account itself, such as a new sign-in, always come.",
}


LONGEST_QUIET_MINUTES = 16 * 60
_WORKS = "Emails reach you, as far as we know."
_FAILS = (
    "Your mailbox refuses our emails. Please check your email address in your account, or ask your email provider."
    " Until then you find everything in your inbox here; we try again once a month."
)


class QuietHoursFields(Body):
    """Times of day in the United Kingdom, such as 22:00; where `until` is the earlier, it is the next day's."""

    start: time
    until: time

    @model_validator(mode="after")
    def _is_plain(self) -> Self:
        if self.start.tzinfo or self.until.tzinfo:
            raise ValueError("times without a zone are asked for")
        if self.start == self.until:
            raise ValueError("quiet hours end at another time than they begin")
        if self.start.second or self.start.microsecond or self.until.second or self.until.microsecond:
            raise ValueError("whole minutes are asked for")
        length = (_minutes(self.until) - _minutes(self.start)) % (24 * 60)
        if length > LONGEST_QUIET_MINUTES:
            raise ValueError("quiet hours are 16 hours at most")
        return self


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


class PreferencesFields(Body):
    muted_types: Annotated[list[MessageType], Field(max_length=len(MessageType))]
    quiet_hours: QuietHoursFields | None


class EmailAnswer(Answer):
    """Whether emails reach the member, and what to do where they do not."""

    is_failing: bool
    since: datetime | None
    in_words: str


class PreferencesAnswer(Answer):
    """`in_words` says what each choice does."""

    email: EmailAnswer
    muted_types: list[MessageType]
    quiet_hours: QuietHoursFields | None
    in_words: dict[str, str] = _IN_WORDS


@router.get("")
async def read_preferences(member: Member, uow: Unit) -> PreferencesAnswer:
    return _answer(await choosing.read_preferences(uow, member))


@router.put("")
async def choose_preferences(body: PreferencesFields, member: Member, uow: Unit) -> PreferencesAnswer:
    quiet = None if body.quiet_hours is None else QuietHours(body.quiet_hours.start, body.quiet_hours.until)
    chosen = Preferences(frozenset(body.muted_types), quiet)
    return _answer(await choosing.choose_preferences(uow, member, chosen))


def _answer(chosen: Chosen) -> PreferencesAnswer:
    quiet, since = chosen.preferences.quiet_hours, chosen.failing_since
    return PreferencesAnswer(
        email=EmailAnswer(is_failing=since is not None, since=since, in_words=_WORKS if since is None else _FAILS),
        muted_types=sorted(chosen.preferences.muted_types),
        quiet_hours=None if quiet is None else QuietHoursFields(start=quiet.start, until=quiet.until),
    )

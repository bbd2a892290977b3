"""How long what nobody uses is kept (P29)."""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """Members who were away for `inactive_months` are erased, and told `notice_months` before."""

    inactive_months: int = 24
    notice_months: int = 1
    unconfirmed: timedelta = timedelta(days=7)

    def notice_for_activity_before(self, now: datetime) -> datetime:
        return months_before(now, self.inactive_months - self.notice_months)

    def erase_for_activity_before(self, now: datetime) -> datetime:
        return months_before(now, self.inactive_months)

    def erase_for_notice_before(self, now: datetime) -> datetime:
        """Nobody is erased who had less than the full time to come back, however late the notice went out."""
        return months_before(now, self.notice_months)

    def erase_not_before(self, now: datetime) -> datetime:
        """When whoever gets the notice now is erased at the earliest."""
        return months_before(now, -self.notice_months)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of the month so many months earlier, or the last one of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)

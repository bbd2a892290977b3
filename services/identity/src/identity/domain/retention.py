"""How long what nobody uses is kept (P29)."""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """Members who were away for `inactive_months` are erased, `notice_months` after the mail that tells them was taken.

    Whose mailbox takes none is kept for `untold_months` more, while it is tried again each month.
    """

    inactive_months: int = 24
    notice_months: int = 1
    unconfirmed: timedelta = timedelta(days=7)
    untold_months: int = 6

    def notice_for_activity_before(self, now: datetime) -> datetime:
        return months_before(now, self.inactive_months - self.notice_months)

    def erase_for_activity_before(self, now: datetime) -> datetime:
        return months_before(now, self.inactive_months)

    def erase_for_notice_before(self, now: datetime) -> datetime:
        """Nobody is erased who had less than the full time to come back, however late the notice went out."""
        return months_before(now, self.notice_months)

    def erase_untold_for_warning_before(self, now: datetime) -> datetime:
        """Nor who could not be told, before that was tried for so long."""
        return months_before(now, self.notice_months + self.untold_months)

    def erase_not_before(self, now: datetime) -> datetime:
        """When whoever gets the notice now is erased at the earliest."""
        return months_before(now, -self.notice_months)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of the month so many months earlier, or the last one of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)

"""Refusals about reports of abuse."""

from shared.errors import Conflict, NotFound


class TooManyReports(Conflict):
    code = "groups.too_many_reports"
    detail = "You have reported this group ten times within a day. Please write again tomorrow; in danger dial 999."


class NoSuchReport(NotFound):
    code = "groups.no_such_report"
    detail = "There is no such report in your areas."


class ReportIsClosed(Conflict):
    code = "groups.report_is_closed"
    detail = "Somebody has closed this report already."

"""Why the door stays shut. None of these says whether anything lies behind it."""

from shared.errors import Forbidden, Invalid, NotFound, Unavailable


class NoSuchRoute(NotFound):
    code = "gateway.no_such_route"
    detail = "There is no such address in OurWatch."


class NotForThisSession(Forbidden):
    code = "gateway.not_for_this_session"
    detail = "This is not open to the kind of session you are signed in with."


class CrossSite(Forbidden):
    code = "gateway.cross_site"
    detail = "This came from another site's page. Please go on from a page of ours."


class SecondFactorNeeded(Forbidden):
    code = "gateway.second_factor_needed"
    detail = "Please confirm with your authenticator app or passkey first."


class RevocationsUnknown(Unavailable):
    code = "gateway.revocations_unknown"
    detail = "We cannot check just now whether your session is still good. Please try again in a moment."


class NotCanonical(Invalid):
    code = "gateway.not_canonical"
    detail = "This address or header can be read in more than one way."


class ServiceUnreachable(Unavailable):
    code = "gateway.service_unreachable"


class NotYours(NotFound):
    """No pass was given. The same for a group that is hidden, somebody else's, or not there (P14)."""

"""Every refusal of identity, one fact each. None of them says whether an account exists."""

from datetime import timedelta

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class NotHere(NotFound):
    code = "identity.not_found"


class SignInRefused(Forbidden):
    code = "identity.sign_in_refused"
    detail = "That e-mail address, password or code is not right."


class TooManyTries(Forbidden):
    """Somebody guesses, here or at this account. The owner on a device that was used before is not held off."""

    code = "identity.too_many_tries"
    detail = "There were too many tries. Please wait a little, or sign in on a device that you have used before."

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.retry_after = max(1, int(wait.total_seconds() + 0.999))


class TooManyAtOnce(Unavailable):
    code = "identity.too_many_at_once"
    detail = "Very many people are signing in just now. Please try again in a moment."


class PasswordRefused(Forbidden):
    code = "identity.password_refused"
    detail = "That is not the password with which this address was last signed up."


class CodeNeeded(Forbidden):
    code = "identity.code_needed"
    detail = "Please add the six-digit code of your app or of the mail that you get, or sign in with your passkey."


class CodeRefused(Forbidden):
    code = "identity.code_refused"
    detail = "That code is not right or was used before. Please wait for the next one."


class NoAuthenticator(Conflict):
    code = "identity.no_authenticator"
    detail = "Please add an authenticator app first."


class NoFactor(Conflict):
    code = "identity.no_factor"
    detail = "Please add an authenticator app, a passkey or codes by e-mail first."


class MailedCodesNotChosen(Conflict):
    code = "identity.mailed_codes_not_chosen"
    detail = "You have not chosen codes by e-mail."


class NothingToConfirm(Conflict):
    code = "identity.nothing_to_confirm"
    detail = "There is no new authenticator app to confirm, or its ten minutes are over. Please begin again."


class SignInAgain(Forbidden):
    code = "identity.sign_in_again"
    detail = "Please sign in again first: it must be sure that it is you."


class LastStrongFactor(Conflict):
    code = "identity.last_strong_factor"
    detail = "Your work needs an authenticator app or a passkey. Please add another one before you remove this one."


class LastFactor(Conflict):
    code = "identity.last_factor"
    detail = (
        "Your password is too short to protect the account alone. Please choose one of 15 characters or more first."
    )


class PasskeyRefused(Forbidden):
    code = "identity.passkey_refused"
    detail = "That passkey could not be checked. Please try again from the beginning."


class TooManyPasskeys(Conflict):
    code = "identity.too_many_passkeys"
    detail = "You have twenty passkeys. Please remove one that you no longer use first."


class SessionOver(Forbidden):
    code = "identity.session_over"
    detail = "This session is over. Please sign in again."


class NoBrowserSession(NotFound):
    """Unknown, replaced, over and of another plane are one answer: the gateway takes the cookie for none."""

    code = "identity.no_browser_session"


class CrossSite(Forbidden):
    code = "identity.cross_site"
    detail = "Please sign in on our own page. This came from another."


class WeakPassword(Invalid):
    code = "identity.weak_password"
    detail = (
        "Please choose another password: 15 characters or more, eight beside a second factor, and not one that many "
        "people use. Three or four words that do not belong together are good."
    )


class NotAppointed(Forbidden):
    code = "identity.not_appointed"
    detail = "You hold no appointment as a coordinator."


class LinkNotValid(NotFound):
    code = "identity.link_not_valid"
    detail = "This link was used, has run out, or was never valid."


class NotYoursToGive(Forbidden):
    code = "identity.not_yours_to_give"
    detail = "Only an administrator may do this."


class NotTheirStaff(Invalid):
    """Unknown, of another organisation, without a declaration, and over are one answer."""

    code = "identity.not_their_staff"
    detail = "That is no account of somebody who works for this organisation."


class NotDataProtectionOfficer(Forbidden):
    code = "identity.not_data_protection_officer"
    detail = "Only the data-protection officer of an organisation may read this."


class RoleOutsideOrganisation(Invalid):
    code = "identity.role_outside_organisation"
    detail = "That role does not belong to that kind of organisation."


class DomainNotAllowed(Invalid):
    code = "identity.domain_not_allowed"
    detail = "That address is not in one of the organisation's e-mail domains."


class DeclarationNeeded(Forbidden):
    code = "identity.declaration_needed"
    detail = "Please declare first that you do not work for the police."


class NotYourself(Forbidden):
    code = "identity.not_yourself"
    detail = "Please ask another administrator to do this for you."


class NotNow(Conflict):
    code = "identity.not_now"
    detail = "The account or appointment is not in a state in which this can be done."


class KeyNotAccepted(Invalid):
    code = "identity.key_not_accepted"
    detail = "Please give a public key as a JSON Web Key: Ed25519, P-256, or RSA of 2048 bits or more."


class KeyTaken(Conflict):
    code = "identity.key_taken"
    detail = "This key is or was in use already. Please make a new pair."


class EnoughKeys(Conflict):
    code = "identity.enough_keys"
    detail = "This client has two keys. Please retire one first."


class ClientRefused(Forbidden):
    """RFC 6749 section 5.2 `invalid_client`: unknown, revoked, wrong key, used twice, too old; never which."""

    code = "identity.invalid_client"
    detail = "This client assertion is not accepted."


class ScopeRefused(Invalid):
    code = "identity.invalid_scope"
    detail = "This client was not given that scope."


class ProviderUnreachable(Unavailable):
    code = "identity.provider_unreachable"
    detail = "Your organisation's sign-in does not answer as it should. Please try again, or sign in with a password."


class ProviderNotUsable(Invalid):
    code = "identity.provider_not_usable"
    detail = "There is no OpenID Connect provider of that name at that address."


class UntilIsPast(Invalid):
    code = "identity.until_is_past"
    detail = "This term would be over before it begins. Please choose a later day."


class NameTaken(Conflict):
    code = "identity.name_taken"
    detail = "There is an organisation of that name already."


class AddressTaken(Conflict):
    code = "identity.address_taken"
    detail = "That address cannot be used for a staff account."


class SecondFactorNeeded(Forbidden):
    code = "identity.second_factor_needed"
    detail = "Please confirm with your second factor first."


class NotYourPassword(Forbidden):
    code = "identity.not_your_password"
    detail = "That is not your password."


class RecoveryNotReady(Forbidden):
    """Unknown, not vouched for, waiting, stopped, used and run out are told apart by nobody."""

    code = "identity.recovery_not_ready"
    detail = "This cannot be used. Two fellow officers must vouch, then 72 hours must pass, and nobody may stop it."

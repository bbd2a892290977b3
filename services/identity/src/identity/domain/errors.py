"""Every refusal of identity, one fact each. None of them says whether an account exists."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class NotHere(NotFound):
    code = "identity.not_found"


class SignInRefused(Forbidden):
    code = "identity.sign_in_refused"
    detail = "That e-mail address, password or code is not right."


class PasswordRefused(Forbidden):
    code = "identity.password_refused"
    detail = "That is not the password with which this address was last signed up."


class CodeNeeded(Forbidden):
    code = "identity.code_needed"
    detail = "Please add the six-digit code of your authenticator app."


class CodeRefused(Forbidden):
    code = "identity.code_refused"
    detail = "That code is not right or was used before. Please wait for the next one."


class NoAuthenticator(Conflict):
    code = "identity.no_authenticator"
    detail = "Please add an authenticator app first."


class AuthenticatorExists(Conflict):
    code = "identity.authenticator_exists"
    detail = "You have an authenticator app already."


class SessionOver(Forbidden):
    code = "identity.session_over"
    detail = "This session is over. Please sign in again."


class WeakPassword(Invalid):
    code = "identity.weak_password"
    detail = "Please choose a longer password, 15 characters or more: three or four words that do not belong together."


class NotAppointed(Forbidden):
    code = "identity.not_appointed"
    detail = "You hold no appointment as a coordinator."


class LinkNotValid(NotFound):
    code = "identity.link_not_valid"
    detail = "This link was used, has run out, or was never valid."


class NotYoursToGive(Forbidden):
    code = "identity.not_yours_to_give"
    detail = "Only an administrator may do this."


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


class NameTaken(Conflict):
    code = "identity.name_taken"
    detail = "There is an organisation of that name already."


class AddressTaken(Conflict):
    code = "identity.address_taken"
    detail = "That address cannot be used for a staff account."

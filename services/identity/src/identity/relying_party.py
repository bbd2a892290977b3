"""OurWatch as a relying party of Web Authentication (Level 3): what it asks of passkeys, and which answers hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from identity.domain.accounts import Account
from identity.domain.errors import PasskeyRefused
from identity.domain.passkeys import CHALLENGE_LIFE, Passkey

NAME = "OurWatch"
Json = dict[str, Any]  # what a browser's PublicKeyCredential.toJSON() gives, and its options take

_TIMEOUT_MS = int(CHALLENGE_LIFE.total_seconds()) * 1000
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge of 512 bits, and the options for `navigator.credentials` that hold it."""

    challenge: bytes
    options: Json


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A new passkey as the browser hands it over, and the challenge that it says it answers."""

    challenge: bytes
    credential: RegistrationCredential


@dataclass(frozen=True, slots=True)
class Presented:
    """A passkey's signature as the browser hands it over, and the challenge that it says it answers."""

    challenge: bytes
    credential: AuthenticationCredential

    @property
    def credential_id(self) -> bytes:
        return self.credential.raw_id

    @property
    def user_handle(self) -> bytes | None:
        return self.credential.response.user_handle


class RelyingParty:
    """Known to browsers by the host and origin of the public URL. Everything that does not hold is PasskeyRefused."""

    def __init__(self, public_url: str) -> None:
        address = urlsplit(public_url)
        self._id = address.hostname or ""
        self._origin = f"{address.scheme}://{address.netloc}"

    def ask_to_add(self, account: Account, known: Sequence[Passkey]) -> Asked:
        """For a passkey that needs no name typed (resident) and checks who holds it (user verification)."""
        options = generate_registration_options(
            rp_id=self._id,
            rp_name=NAME,
            user_id=account.id.bytes,
            user_name=account.email,
            user_display_name=account.display_name,
            timeout=_TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each.credential_id) for each in known],
        )
        return Asked(options.challenge, options_to_json_dict(options))

    def ask_to_show(self) -> Asked:
        """For any passkey that the browser has for us; whose it is, its answer says."""
        options = generate_authentication_options(
            rp_id=self._id, timeout=_TIMEOUT_MS, user_verification=UserVerificationRequirement.REQUIRED
        )
        return Asked(options.challenge, options_to_json_dict(options))

    def read_new(self, credential: Json) -> NewCredential:
        def read() -> NewCredential:
            parsed = parse_registration_credential_json(credential)
            return NewCredential(_challenge_in(parsed.response.client_data_json), parsed)

        return _or_refused(read)

    def read(self, credential: Json) -> Presented:
        def read() -> Presented:
            parsed = parse_authentication_credential_json(credential)
            return Presented(_challenge_in(parsed.response.client_data_json), parsed)

        return _or_refused(read)

    def check_new(self, new: NewCredential) -> tuple[bytes, bytes, int]:
        """Its credential id, public key and sign count. Whether the challenge is ours, the caller knows."""

        def check() -> tuple[bytes, bytes, int]:
            verified = verify_registration_response(
                credential=new.credential,
                expected_challenge=new.challenge,
                expected_rp_id=self._id,
                expected_origin=self._origin,
                require_user_verification=True,
            )
            return verified.credential_id, verified.credential_public_key, verified.sign_count

        return _or_refused(check)

    def check(self, presented: Presented, passkey: Passkey) -> int:
        """Its new sign count. Whether the challenge is ours, the caller knows."""

        def check() -> int:
            return verify_authentication_response(
                credential=presented.credential,
                expected_challenge=presented.challenge,
                expected_rp_id=self._id,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            ).new_sign_count

        return _or_refused(check)


def _challenge_in(client_data_json: bytes) -> bytes:
    client_data = parse_client_data_json(client_data_json)
    if client_data.cross_origin:  # the library reads it and leaves it there
        raise PasskeyRefused
    return client_data.challenge


def _or_refused(step: Callable[[], _Read]) -> _Read:
    try:
        return step()
    # The sender chooses every byte, and the library lets through whatever its parsers stumble on.
    except Exception as error:
        raise PasskeyRefused from error

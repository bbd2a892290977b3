"""Somebody comes back from their organisation's provider, and a session of one factor opens."""

from datetime import datetime
from uuid import UUID

from shared.auth.errors import BadToken
from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger

from identity.domain.accounts import Account
from identity.domain.email_domains import is_at
from identity.domain.errors import SignInRefused
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.domain.providers import Attested, Provider, SignInUnderWay
from identity.keyring import Keyring
from identity.openid import Client, Discovery, attest, challenge_of
from identity.storage.accounts import Accounts
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.organisations import Organisations
from identity.storage.providers import Providers, ProviderSignIns, ProviderSubjects
from identity.use_cases.issue_tokens import Opened
from identity.use_cases.keep_in_browser import hold_shown
from identity.use_cases.recognise_device import Arrival, known_device
from identity.use_cases.sign_in import come_in

log = get_logger("identity.providers")


async def finish_provider_sign_in(
    uow: UnitOfWork,
    reading: UnitOfWork,
    keyring: Keyring,
    discovery: Discovery,
    *,
    state: str,
    code: str,
    verifier: str,
    issuer: str | None,
    redirect_uri: str,
    arrival: Arrival,
    now: datetime,
) -> Opened:
    """Opens a session of one factor for the staff account that the provider's word is about; SignInRefused else.

    The account is the one that the subject was linked with, or at the first time the organisation's one with that
    verified address in its e-mail domains. A second factor of ours must follow: the provider's word alone opens
    nothing but that (P30). The state serves once, to whoever began with the challenge of this verifier.
    """
    async with reading:
        begun = await ProviderSignIns(reading.session).take(state, challenge_of(verifier), now)
        provider = await Providers(reading.session).of(begun.organisation_id) if begun else None
    attested = None
    # RFC 9207: a code that another provider gave is sent to no one.
    if begun is not None and provider is not None and issuer in {None, provider.issuer}:
        attested = await _attested(keyring, discovery, begun, provider, code, redirect_uri, now)
    async with uow:
        # Also where nothing came of it: under an idempotency key this may hold the answer to replay.
        if begun is None or attested is None:
            raise SignInRefused
        await hold_shown(uow, arrival.browser)
        account = await _account(uow, begun.organisation_id, attested, now)
        device = await known_device(uow, account, arrival)
        return await come_in(uow, keyring, account, device, arrival, None, now)


async def _attested(
    keyring: Keyring,
    discovery: Discovery,
    begun: SignInUnderWay,
    provider: Provider,
    code: str,
    redirect_uri: str,
    now: datetime,
) -> Attested | None:
    secret = keyring.open(provider.organisation_id, provider.sealed_secret).decode()
    client = Client(provider.client_id, secret, redirect_uri, trusts_addresses=provider.assigns_addresses)
    verifier = keyring.open(begun.id, begun.sealed_verifier).decode()
    at = await discovery.endpoints_of(provider.issuer)
    try:
        return await attest(
            discovery.outward, at, client, code=code, verifier=verifier, nonce_digest=begun.nonce_digest, now=now
        )
    except BadToken as error:
        log.warning("provider_answer_refused", organisation=str(provider.organisation_id), reason=error.reason)
        return None


async def _account(uow: UnitOfWork, organisation_id: UUID, attested: Attested, now: datetime) -> Account:
    subjects, accounts = ProviderSubjects(uow.session), Accounts(uow.session)
    account_id = await subjects.account_of(organisation_id, attested)
    is_new = account_id is None
    if account_id is None:
        account_id = await _by_address(uow, organisation_id, attested)
    account = await accounts.get_for_change(account_id) if account_id else None
    if account is None or not account.is_staff or not account.is_active or account.organisation_id != organisation_id:
        raise SignInRefused
    if is_new:
        if not await subjects.link(organisation_id, attested, account.id, now):
            raise SignInRefused
        await MailQueue(uow.session).put(MailKind.PROVIDER_LINKED, account.id, now)
        Ledger(uow.session).write(account.id, LedgerKind.PROVIDER_LINKED, now, provider=attested.issuer)
    return account


async def _by_address(uow: UnitOfWork, organisation_id: UUID, attested: Attested) -> UUID | None:
    organisation = await Organisations(uow.session).get(organisation_id)
    if organisation is None or attested.email is None or not is_at(attested.email, organisation.email_domains):
        return None
    account = await Accounts(uow.session).by_email(attested.email)
    return account.id if account is not None else None

"""The events that tell the others how an account, staff appointment or organisation now is."""

from shared.auth.principal import Role
from shared.contracts import identity as events
from shared.contracts.envelope import Event

from identity.domain.accounts import Account, Appointment, Consent, Organisation
from identity.domain.contact_looks import ContactLook
from identity.keyring import Keyring


def person_events(account: Account, keyring: Keyring) -> list[Event]:
    """A member's account. The address goes out once it is confirmed, and to messaging alone."""
    confirmed = account.is_active
    told: list[Event] = [
        events.PersonChanged(
            person_id=account.id,
            display_name=account.display_name,
            state=account.state.value,
            area=account.area,
            version=account.version,
        ),
        events.ContactChanged(
            person_id=account.id, email=account.email if confirmed else None, version=account.version
        ),
    ]
    # An invitation by e-mail is for the first of those who share a mailbox.
    if confirmed and not account.shared_as:
        tag = keyring.email_tag(account.email)
        told.append(events.InviteeKnown(person_id=account.id, email_tag=tag, version=account.version))
    return told


def staff_event(account: Account) -> events.StaffChanged:
    """A staff account. Only accounts with an organisation and a role come here."""
    if account.organisation_id is None or account.role is None:
        raise ValueError("not a staff account")
    return events.StaffChanged(
        staff_id=account.id,
        person_id=None,
        display_name=account.display_name,
        organisation_id=account.organisation_id,
        role=_STAFF_ROLES[account.role],
        areas=account.areas,
        state="active" if account.is_active else "ended",
        version=account.version,
    )


def appointment_event(appointment: Appointment, account: Account) -> events.StaffChanged:
    """A coordinator's appointment: the staff id is the person's own."""
    return events.StaffChanged(
        staff_id=account.id,
        person_id=account.id,
        display_name=account.display_name,
        organisation_id=appointment.organisation_id,
        role="coordinator",
        areas=appointment.areas,
        state="active" if appointment.ended_at is None else "ended",
        version=appointment.version,
    )


def organisation_event(organisation: Organisation) -> events.OrganisationChanged:
    return events.OrganisationChanged(
        organisation_id=organisation.id,
        name=organisation.name,
        authority=organisation.authority.value if organisation.authority else None,
        version=organisation.version,
    )


def data_protection_officer_event(organisation: Organisation) -> events.DataProtectionOfficerNamed:
    """Whom an administrator named, also where they left since: that is told of themselves."""
    return events.DataProtectionOfficerNamed(
        organisation_id=organisation.id,
        staff_id=organisation.data_protection_officer_id,
        version=organisation.version,
    )


def consent_event(consent: Consent) -> events.ConsentChanged:
    return events.ConsentChanged(
        consent_id=consent.id,
        person_id=consent.person_id,
        organisation_id=consent.organisation_id,
        state="given" if consent.is_given else "withdrawn",
        since=consent.since,
        version=consent.version,
    )


def contact_look_event(look: ContactLook) -> events.ContactLookedAt:
    """For the group's officers: never which officer of the organisation it was."""
    return events.ContactLookedAt(
        look_id=look.id,
        group_id=look.group_id,
        person_id=look.person_id,
        organisation_id=look.organisation_id,
        role="coordinator" if look.role is Role.COORDINATOR else _STAFF_ROLES[look.role],
        purpose=look.purpose,
        at=look.at,
        version=1,
    )


_STAFF_ROLES: dict[Role, str] = {Role.POLICE: "police", Role.ADMINISTRATOR: "administrator"}

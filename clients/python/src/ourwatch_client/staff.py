"""What police, coordinators and administrators can do in the admin panel."""

from uuid import UUID

from ourwatch_client.pieces import pieces_of
from ourwatch_client.session import Session
from ourwatch_client.transport import Json


class StaffSession(Session):
    """A session on the staff plane."""

    def organisations(self) -> list[Json]:
        found: list[Json] = self.call("GET", "/staff/organisations")
        return found

    def add_organisation(self, name: str, authority: str | None, email_domains: list[str] | None = None) -> UUID:
        """Adds an organisation. Police need e-mail domains before anybody can be invited to theirs."""
        body = {"name": name, "authority": authority, "email_domains": email_domains or []}
        return UUID(self.call("POST", "/staff/organisations", json=body)["id"])

    def set_email_domains(self, organisation_id: UUID, email_domains: list[str]) -> None:
        self.call("PUT", f"/staff/organisations/{organisation_id}/email-domains", json={"email_domains": email_domains})

    def invite_staff(
        self, *, email: str, display_name: str, organisation_id: UUID, role: str, areas: list[str]
    ) -> None:
        """Invites somebody to a staff account; the link comes by mail."""
        body = {
            "email": email,
            "display_name": display_name,
            "organisation_id": str(organisation_id),
            "role": role,
            "areas": areas,
        }
        self.call("POST", "/staff/accounts", json=body)

    def appoint_coordinator(self, email: str, organisation_id: UUID, areas: list[str]) -> None:
        """Appoints a member as OurWatch coordinator."""
        body = {"email": email, "organisation_id": str(organisation_id), "areas": areas}
        self.call("POST", "/staff/appointments", json=body)

    def staff_accounts(self) -> list[Json]:
        """All staff accounts, closed ones included."""
        found: list[Json] = []
        while True:
            after = {"after": found[-1]["id"]} if found else {}
            page = self.call("GET", "/staff/accounts", params={"limit": 100, **after})["accounts"]
            found += page
            if len(page) < 100:
                return found

    def suspend(self, account_id: UUID) -> None:
        self.call("POST", f"/staff/accounts/{account_id}/suspend")

    def reinstate(self, account_id: UUID) -> None:
        self.call("POST", f"/staff/accounts/{account_id}/reinstate")

    def close_account(self, account_id: UUID) -> None:
        """For good: for somebody who left."""
        self.call("POST", f"/staff/accounts/{account_id}/close")

    def end_appointment(self, appointment_id: UUID) -> None:
        """Ends a coordinator's appointment."""
        self.call("DELETE", f"/staff/appointments/{appointment_id}")

    def groups(self) -> list[Json]:
        """The groups in the assigned areas."""
        found: list[Json] = self.call("GET", "/staff/groups", params={"limit": 100})["groups"]
        return found

    def memberships(self, group_id: UUID, purpose: str) -> list[Json]:
        """A group's membership; the look is written to the group's ledger with its purpose."""
        asked = {"purpose": purpose, "limit": 100}
        found: list[Json] = self.call("GET", f"/staff/groups/{group_id}/memberships", params=asked)["members"]
        return found

    def contact(self, group_id: UUID, person_id: UUID, purpose: str) -> Json:
        """How a member is reached, where they said yes to this organisation; they see in their ledger who looked."""
        path = f"/staff/groups/{group_id}/memberships/{person_id}/contact"
        return self.call("GET", path, params={"purpose": purpose})

    def mark_group(self, group_id: UUID) -> Json:
        """Marks the group as approved by this authority, and declares that nobody of one's household leads it."""
        return self.call("POST", f"/staff/groups/{group_id}/markings", json={"household": False})

    def add_attachment(self, group_id: UUID, name: str, content_type: str, content: bytes) -> UUID:
        """Uploads a file to go with an alert."""
        path = f"/staff/groups/{group_id}/attachments"
        told = {"name": name, "content_type": content_type, "length": len(content)}
        attachment_id = UUID(self.call("POST", path, json=told)["id"])
        self.transport.upload(f"{path}/{attachment_id}/content", len(content), pieces_of(content))
        return attachment_id

    def send_alert(
        self, group_id: UUID, subject: str, body: str, *, priority: int = 3, attachment_ids: list[UUID] | None = None
    ) -> UUID:
        """Sends an alert to the group's members."""
        told = {
            "subject": subject,
            "body": body,
            "priority": priority,
            "attachment_ids": [str(each) for each in attachment_ids or []],
        }
        return UUID(self.call("POST", f"/staff/groups/{group_id}/messages", json=told)["id"])

    def read_message(self, group_id: UUID, message_id: UUID) -> Json:
        return self.call("GET", f"/staff/groups/{group_id}/messages/{message_id}")

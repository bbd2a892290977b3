"""What a member and an officer can do."""

from uuid import UUID

from ourwatch_client.pieces import pieces_of
from ourwatch_client.session import Session, Tokens
from ourwatch_client.staff import StaffSession
from ourwatch_client.transport import Json


class MemberSession(Session):
    """A session on the member plane."""

    def add_authenticator(self) -> str:
        """Begins to add an authenticator app; the seed in base32, shown this once."""
        seed: str = self.call("POST", "/me/authenticator")["secret"]
        return seed

    def confirm_authenticator(self, code: str) -> None:
        """Shows that the app works; from now on this session has two factors."""
        self._raise("/me/authenticator/confirm", code)

    def step_up(self, code: str) -> None:
        """Shows the second factor again."""
        self._raise("/sessions/current/step-up", code)

    def open_staff_session(self, code: str, *, declares_no_police: bool = False) -> StaffSession:
        """The separate staff session of an appointed coordinator, who once declares that they are no police."""
        told = self.call("POST", "/sessions/staff", json={"code": code, "declaration": declares_no_police})
        return StaffSession(self.base_url, Tokens.model_validate(told))

    def found_group(self, *, kind: str, name: str, purpose: str, visibility: str, area: str) -> UUID:
        """Founds a group and holds its leading office."""
        body = {"kind": kind, "name": name, "purpose": purpose, "visibility": visibility, "area": area}
        return UUID(self.call("POST", "/groups", json=body)["id"])

    def make_join_link(self, group_id: UUID, *, expires_in_days: int = 7, most_uses: int = 50) -> str:
        """A secret by which others can ask to join."""
        body = {"expires_in_days": expires_in_days, "most_uses": most_uses}
        secret: str = self.call("POST", f"/groups/{group_id}/join-links", json=body)["secret"]
        return secret

    def ask_to_join(self, secret: str, reason: str | None = None) -> Json:
        return self.call("POST", "/membership-requests", json={"secret": secret, "reason": reason})

    def memberships(self, group_id: UUID) -> list[Json]:
        """All memberships that this member may see."""
        found: list[Json] = []
        while True:
            after = {"after": found[-1]["person_id"]} if found else {}
            page = self.call("GET", f"/groups/{group_id}/memberships", params={"limit": 100, **after})["members"]
            found += page
            if len(page) < 100:
                return found

    def admit(self, group_id: UUID, person_ids: list[UUID]) -> None:
        self.call("POST", f"/groups/{group_id}/admissions", json={"person_ids": [str(each) for each in person_ids]})

    def remove(self, group_id: UUID, person_id: UUID, reason: str) -> None:
        self.call("POST", f"/groups/{group_id}/memberships/{person_id}/remove", json={"reason": reason})

    def appoint(self, group_id: UUID, office: str, person_id: UUID) -> None:
        self.call("PUT", f"/groups/{group_id}/offices/{office}", json={"person_id": str(person_id)})

    def ledger(self, group_id: UUID) -> list[Json]:
        """Who from outside looked at the membership."""
        looks: list[Json] = self.call("GET", f"/groups/{group_id}/ledger")["looks"]
        return looks

    def markings(self, group_id: UUID) -> list[Json]:
        entries: list[Json] = self.call("GET", f"/groups/{group_id}/markings")["entries"]
        return entries

    def add_document(self, group_id: UUID, name: str, content: bytes, *, readers: str = "members") -> tuple[UUID, UUID]:
        """Adds a document with its first version; returns both ids."""
        documents = f"/groups/{group_id}/documents"
        document_id = UUID(self.call("POST", documents, json={"name": name, "readers": readers})["id"])
        version = self.call("POST", f"{documents}/{document_id}/versions", json={"length": len(content)})
        path = f"{documents}/{document_id}/versions/{version['id']}/content"
        self.transport.upload(path, len(content), pieces_of(content))
        return document_id, UUID(version["id"])

    def documents(self, group_id: UUID) -> list[Json]:
        found: list[Json] = self.call("GET", f"/groups/{group_id}/documents")["documents"]
        return found

    def read_document(self, group_id: UUID, document_id: UUID, version_id: UUID) -> bytes:
        """The content of one version, whole."""
        path = f"/groups/{group_id}/documents/{document_id}/versions/{version_id}/content"
        return self.transport.answer("GET", path).content

    def make_list(self, group_id: UUID, name: str) -> UUID:
        """A mailing list of the group."""
        return UUID(self.call("POST", f"/groups/{group_id}/lists", json={"name": name})["id"])

    def add_contact(self, group_id: UUID, list_id: UUID, email: str, name: str) -> None:
        """Asks somebody outside, by mail, whether they want to be on the list."""
        self.call("POST", f"/groups/{group_id}/lists/{list_id}/contacts", json={"email": email, "name": name})

    def release(self, group_id: UUID, document_id: UUID, version_id: UUID, list_id: UUID, *, days: int = 14) -> UUID:
        """Forwards a version to a mailing list, one link per recipient."""
        body = {
            "document_id": str(document_id),
            "version_id": str(version_id),
            "list_id": str(list_id),
            "expires_in_days": days,
        }
        return UUID(self.call("POST", f"/groups/{group_id}/releases", json=body)["id"])

    def revoke_release(self, group_id: UUID, release_id: UUID, recipient_refs: list[UUID] | None = None) -> None:
        """Makes the links of a release worthless: all, or those of some recipients."""
        body = {"recipient_refs": [str(ref) for ref in recipient_refs]} if recipient_refs else {}
        self.call("POST", f"/groups/{group_id}/releases/{release_id}/revoke", json=body)

    def send_message(self, group_id: UUID, subject: str, body: str) -> UUID:
        """Sends a message to the group's members."""
        told = {"subject": subject, "body": body, "attachment_ids": []}
        return UUID(self.call("POST", f"/groups/{group_id}/messages", json=told)["id"])

    def messages(self, group_id: UUID) -> list[Json]:
        found: list[Json] = self.call("GET", f"/groups/{group_id}/messages")["messages"]
        return found

    def read_message(self, group_id: UUID, message_id: UUID) -> Json:
        return self.call("GET", f"/groups/{group_id}/messages/{message_id}")

    def inbox(self) -> list[Json]:
        """The newest messages of all the member's groups."""
        found: list[Json] = self.call("GET", "/inbox")["messages"]
        return found

    def organisations(self) -> list[Json]:
        found: list[Json] = self.call("GET", "/organisations")
        return found

    def give_consent(self, organisation_id: UUID) -> None:
        self.call("PUT", f"/me/consents/{organisation_id}")

    def _raise(self, path: str, code: str) -> None:
        told = self.call("POST", path, json={"code": code})
        self._take_access(told["access_token"], told["expires_in"])

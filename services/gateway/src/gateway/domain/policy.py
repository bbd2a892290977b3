"""Which role reaches which route of which service. Data alone: no row, no entry; a forbid row beats every permit."""

from datetime import timedelta

from gateway.domain.rows import BodyLimit, Forbidden, Proof, Row, Who

PUBLIC = frozenset({Who.PUBLIC, Who.MEMBER, Who.POLICE, Who.COORDINATOR, Who.ADMINISTRATOR, Who.POLICE_SYSTEM})
MEMBER = frozenset({Who.MEMBER})
STAFF = frozenset({Who.POLICE, Who.COORDINATOR, Who.ADMINISTRATOR})
APPROVERS = frozenset({Who.POLICE, Who.COORDINATOR})
ADMINISTRATOR = frozenset({Who.ADMINISTRATOR})

FORM, JSON, ATTACHMENT, DOCUMENT = BodyLimit.FORM, BodyLimit.JSON, BodyLimit.ATTACHMENT, BodyLimit.DOCUMENT
GROUP, MEMBERSHIPS, JURISDICTION = Proof.GROUP_PASS, Proof.MEMBERSHIPS_PASS, Proof.JURISDICTION_PASS

# security.md "Sign-in": an officer's routine acts, and what changes who holds power or proof.
ROUTINE = timedelta(hours=12)
FRESH = timedelta(minutes=5)

FORBIDDEN: tuple[Forbidden, ...] = (
    # P2: the staff and machine planes cannot reach documents.
    Forbidden("no_staff_or_machine_at_documents", "documents", STAFF | {Who.POLICE_SYSTEM}),
)

# fmt: off
# ruff: noqa: E501 - a table reads across
ROWS: tuple[Row, ...] = (
    # identity: accounts and sessions
    Row("register", "identity", "POST", "/accounts", PUBLIC, JSON),
    Row("show_confirmation", "identity", "GET", "/accounts/confirm", PUBLIC),
    Row("confirm_account", "identity", "POST", "/accounts/confirm", PUBLIC, FORM),
    Row("sign_in", "identity", "POST", "/sessions", PUBLIC, JSON),
    Row("refresh", "identity", "POST", "/sessions/refresh", PUBLIC, JSON),
    Row("sign_out", "identity", "DELETE", "/sessions/current", MEMBER),
    Row("step_up", "identity", "POST", "/sessions/current/step-up", MEMBER, JSON),
    Row("open_coordinator_session", "identity", "POST", "/sessions/staff", MEMBER, JSON),
    Row("signing_keys", "identity", "GET", "/keys", PUBLIC),
    # identity: a member's own account
    Row("me", "identity", "GET", "/me", MEMBER),
    Row("add_authenticator", "identity", "POST", "/me/authenticator", MEMBER, JSON),
    Row("confirm_authenticator", "identity", "POST", "/me/authenticator/confirm", MEMBER, JSON),
    Row("list_organisations", "identity", "GET", "/organisations", MEMBER),
    Row("list_consents", "identity", "GET", "/me/consents", MEMBER),
    Row("give_consent", "identity", "PUT", "/me/consents/{organisation_id}", MEMBER, JSON),
    Row("withdraw_consent", "identity", "DELETE", "/me/consents/{organisation_id}", MEMBER),
    # identity: staff
    Row("show_staff_invitation", "identity", "GET", "/staff-invitations/accept", PUBLIC),
    Row("accept_staff_invitation", "identity", "POST", "/staff-invitations/accept", PUBLIC, FORM),
    Row("confirm_staff_invitation", "identity", "POST", "/staff-invitations/confirm", PUBLIC, FORM),
    Row("staff_me", "identity", "GET", "/staff/me", STAFF),
    Row("staff_sign_out", "identity", "DELETE", "/staff/sessions/current", STAFF),
    Row("staff_list_organisations", "identity", "GET", "/staff/organisations", STAFF),
    Row("add_organisation", "identity", "POST", "/staff/organisations", ADMINISTRATOR, JSON, second_factor_within=ROUTINE),
    Row("invite_staff", "identity", "POST", "/staff/accounts", ADMINISTRATOR, JSON, second_factor_within=ROUTINE),
    Row("appoint_coordinator", "identity", "POST", "/staff/appointments", ADMINISTRATOR, JSON, second_factor_within=ROUTINE),
    Row("list_staff_accounts", "identity", "GET", "/staff/accounts", ADMINISTRATOR),
    Row("change_staff_areas", "identity", "PUT", "/staff/accounts/{account_id}/areas", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("suspend_staff", "identity", "POST", "/staff/accounts/{account_id}/suspend", ADMINISTRATOR, JSON, second_factor_within=ROUTINE),
    Row("reinstate_staff", "identity", "POST", "/staff/accounts/{account_id}/reinstate", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("close_staff", "identity", "POST", "/staff/accounts/{account_id}/close", ADMINISTRATOR, JSON, second_factor_within=ROUTINE),
    Row("list_appointments", "identity", "GET", "/staff/appointments", ADMINISTRATOR),
    Row("end_appointment", "identity", "DELETE", "/staff/appointments/{person_id}", ADMINISTRATOR, second_factor_within=ROUTINE),
    Row("change_email_domains", "identity", "PUT", "/staff/organisations/{organisation_id}/email-domains", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("staff_read_contact", "identity", "GET", "/staff/groups/{group_id}/memberships/{person_id}/contact", APPROVERS, proof=JURISDICTION, second_factor_within=ROUTINE),
    # identity: an organisation's own sign-in
    Row("set_provider", "identity", "PUT", "/staff/organisations/{organisation_id}/provider", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("remove_provider", "identity", "DELETE", "/staff/organisations/{organisation_id}/provider", ADMINISTRATOR, second_factor_within=FRESH),
    Row("begin_provider_sign_in", "identity", "GET", "/staff-sign-in/{organisation_id}", PUBLIC),
    Row("show_provider_answer", "identity", "GET", "/staff-sign-in/callback", PUBLIC),
    Row("finish_provider_sign_in", "identity", "POST", "/staff-sign-in/callback", PUBLIC, JSON),
    # identity: a force's own software
    Row("list_clients", "identity", "GET", "/staff/organisations/{organisation_id}/clients", ADMINISTRATOR),
    Row("add_client", "identity", "POST", "/staff/organisations/{organisation_id}/clients", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("revoke_client", "identity", "DELETE", "/staff/organisations/{organisation_id}/clients/{client_id}", ADMINISTRATOR, second_factor_within=ROUTINE),
    Row("add_client_key", "identity", "POST", "/staff/organisations/{organisation_id}/clients/{client_id}/keys", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("retire_client_key", "identity", "DELETE", "/staff/organisations/{organisation_id}/clients/{client_id}/keys/{key_id}", ADMINISTRATOR, second_factor_within=ROUTINE),
    Row("machine_token", "identity", "POST", "/machine/tokens", PUBLIC, FORM),
    # groups: for everybody
    Row("list_areas", "groups", "GET", "/areas", PUBLIC),
    Row("directory", "groups", "GET", "/directory", PUBLIC),
    Row("show_join_link", "groups", "GET", "/join", PUBLIC),
    Row("check_marking", "groups", "POST", "/markings/check", PUBLIC, JSON),
    Row("marking_keys", "groups", "GET", "/marking-keys", PUBLIC),
    # groups: members
    Row("my_groups", "groups", "GET", "/groups/mine", MEMBER),
    Row("found_group", "groups", "POST", "/groups", MEMBER, JSON),
    Row("read_group", "groups", "GET", "/groups/{group_id}", MEMBER),
    Row("ask_to_join", "groups", "POST", "/membership-requests", MEMBER, JSON),
    Row("accept_invitation", "groups", "POST", "/groups/{group_id}/membership/accept", MEMBER, JSON),
    Row("leave_group", "groups", "DELETE", "/groups/{group_id}/membership", MEMBER),
    Row("list_memberships", "groups", "GET", "/groups/{group_id}/memberships", MEMBER),
    Row("read_ledger", "groups", "GET", "/groups/{group_id}/ledger", MEMBER),
    Row("list_markings", "groups", "GET", "/groups/{group_id}/markings", MEMBER),
    # groups: officers
    Row("change_group", "groups", "PATCH", "/groups/{group_id}", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("make_join_link", "groups", "POST", "/groups/{group_id}/join-links", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("revoke_join_link", "groups", "DELETE", "/groups/{group_id}/join-links/{link_id}", MEMBER, second_factor_within=ROUTINE),
    Row("invite_member", "groups", "POST", "/groups/{group_id}/invitations", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("admit", "groups", "POST", "/groups/{group_id}/admissions", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("refuse", "groups", "POST", "/groups/{group_id}/memberships/{person_id}/refuse", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("remove", "groups", "POST", "/groups/{group_id}/memberships/{person_id}/remove", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("appoint_to_office", "groups", "PUT", "/groups/{group_id}/offices/{office}", MEMBER, JSON, second_factor_within=FRESH),
    Row("let_forward", "groups", "PUT", "/groups/{group_id}/forwarders/{person_id}", MEMBER, JSON, second_factor_within=FRESH),
    Row("no_longer_forward", "groups", "DELETE", "/groups/{group_id}/forwarders/{person_id}", MEMBER, second_factor_within=FRESH),
    # groups: staff in their areas
    Row("staff_list_groups", "groups", "GET", "/staff/groups", APPROVERS),
    Row("staff_read_group", "groups", "GET", "/staff/groups/{group_id}", APPROVERS),
    Row("staff_list_memberships", "groups", "GET", "/staff/groups/{group_id}/memberships", APPROVERS),
    Row("mark_group", "groups", "POST", "/staff/groups/{group_id}/markings", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("withdraw_group_marking", "groups", "POST", "/staff/groups/{group_id}/markings/withdraw", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("mark_member", "groups", "POST", "/staff/groups/{group_id}/memberships/{person_id}/markings", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("withdraw_member_marking", "groups", "POST", "/staff/groups/{group_id}/memberships/{person_id}/markings/withdraw", APPROVERS, JSON, second_factor_within=ROUTINE),
    # documents: members with a pass, and whoever holds a release link
    Row("list_documents", "documents", "GET", "/groups/{group_id}/documents", MEMBER, proof=GROUP),
    Row("add_document", "documents", "POST", "/groups/{group_id}/documents", MEMBER, JSON, GROUP),
    Row("read_document", "documents", "GET", "/groups/{group_id}/documents/{document_id}", MEMBER, proof=GROUP),
    Row("bin_document", "documents", "DELETE", "/groups/{group_id}/documents/{document_id}", MEMBER, proof=GROUP),
    Row("add_version", "documents", "POST", "/groups/{group_id}/documents/{document_id}/versions", MEMBER, JSON, GROUP),
    Row("upload_version", "documents", "PUT", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content", MEMBER, DOCUMENT, GROUP),
    Row("download_version", "documents", "GET", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content", MEMBER, proof=GROUP),
    Row("create_release", "documents", "POST", "/groups/{group_id}/releases", MEMBER, JSON, GROUP, ROUTINE),
    Row("list_releases", "documents", "GET", "/groups/{group_id}/releases", MEMBER, proof=GROUP),
    Row("revoke_release", "documents", "POST", "/groups/{group_id}/releases/{release_id}/revoke", MEMBER, JSON, GROUP, ROUTINE),
    Row("show_release", "documents", "GET", "/releases/{release_id}", PUBLIC),
    Row("download_release", "documents", "POST", "/releases/{release_id}/download", PUBLIC, FORM),
    # messaging: mailing lists
    Row("list_lists", "messaging", "GET", "/groups/{group_id}/lists", MEMBER, proof=GROUP),
    Row("make_list", "messaging", "POST", "/groups/{group_id}/lists", MEMBER, JSON, GROUP, ROUTINE),
    Row("read_list", "messaging", "GET", "/groups/{group_id}/lists/{list_id}", MEMBER, proof=GROUP),
    Row("add_contact", "messaging", "POST", "/groups/{group_id}/lists/{list_id}/contacts", MEMBER, JSON, GROUP, ROUTINE),
    Row("remove_contact", "messaging", "DELETE", "/groups/{group_id}/lists/{list_id}/contacts/{contact_id}", MEMBER, proof=GROUP, second_factor_within=ROUTINE),
    Row("put_list_member", "messaging", "PUT", "/groups/{group_id}/lists/{list_id}/members/{person_id}", MEMBER, JSON, GROUP, ROUTINE),
    Row("remove_list_member", "messaging", "DELETE", "/groups/{group_id}/lists/{list_id}/members/{person_id}", MEMBER, proof=GROUP, second_factor_within=ROUTINE),
    Row("show_contact_confirmation", "messaging", "GET", "/contacts/confirm", PUBLIC),
    Row("confirm_contact", "messaging", "POST", "/contacts/confirm", PUBLIC, FORM),
    # messaging: messages of a group, and a member's inbox
    Row("add_attachment", "messaging", "POST", "/groups/{group_id}/attachments", MEMBER, JSON, GROUP, ROUTINE),
    Row("upload_attachment", "messaging", "PUT", "/groups/{group_id}/attachments/{attachment_id}/content", MEMBER, ATTACHMENT, GROUP, ROUTINE),
    Row("send_message", "messaging", "POST", "/groups/{group_id}/messages", MEMBER, JSON, GROUP, ROUTINE),
    Row("list_messages", "messaging", "GET", "/groups/{group_id}/messages", MEMBER, proof=GROUP),
    Row("read_message", "messaging", "GET", "/groups/{group_id}/messages/{message_id}", MEMBER, proof=GROUP),
    Row("download_attachment", "messaging", "GET", "/groups/{group_id}/messages/{message_id}/attachments/{attachment_id}", MEMBER, proof=GROUP),
    Row("inbox", "messaging", "GET", "/inbox", MEMBER, proof=MEMBERSHIPS),
    # messaging: alerts by staff in their areas
    Row("staff_add_attachment", "messaging", "POST", "/staff/groups/{group_id}/attachments", APPROVERS, JSON, JURISDICTION, ROUTINE),
    Row("staff_upload_attachment", "messaging", "PUT", "/staff/groups/{group_id}/attachments/{attachment_id}/content", APPROVERS, ATTACHMENT, JURISDICTION, ROUTINE),
    Row("staff_send_message", "messaging", "POST", "/staff/groups/{group_id}/messages", APPROVERS, JSON, JURISDICTION, ROUTINE),
    Row("staff_list_messages", "messaging", "GET", "/staff/groups/{group_id}/messages", APPROVERS, proof=JURISDICTION),
    Row("staff_read_message", "messaging", "GET", "/staff/groups/{group_id}/messages/{message_id}", APPROVERS, proof=JURISDICTION),
    # messaging: one click, without signing in (RFC 8058)
    Row("show_leave", "messaging", "GET", "/leave", PUBLIC),
    Row("leave", "messaging", "POST", "/leave", PUBLIC, FORM),
    Row("undo_leave", "messaging", "POST", "/leave/undo", PUBLIC, FORM),
)
# fmt: on

"""Which role reaches which route of which service. Data alone: no row, no entry; a forbid row beats every permit."""

from datetime import timedelta

from gateway.domain.rows import BodyLimit, Forbidden, Proof, Row, Who

PUBLIC = frozenset({Who.PUBLIC, Who.MEMBER, Who.POLICE, Who.COORDINATOR, Who.ADMINISTRATOR, Who.POLICE_SYSTEM})
MEMBER = frozenset({Who.MEMBER})
STAFF = frozenset({Who.POLICE, Who.COORDINATOR, Who.ADMINISTRATOR})
EMPLOYED = frozenset({Who.POLICE, Who.ADMINISTRATOR})
APPROVERS = frozenset({Who.POLICE, Who.COORDINATOR})
POLICE = frozenset({Who.POLICE})
COORDINATOR = frozenset({Who.COORDINATOR})
ADMINISTRATOR = frozenset({Who.ADMINISTRATOR})

FORM, JSON, ATTACHMENT, DOCUMENT = BodyLimit.FORM, BodyLimit.JSON, BodyLimit.ATTACHMENT, BodyLimit.DOCUMENT
TABLE = BodyLimit.TABLE
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
    Row("resend_confirmation", "identity", "POST", "/accounts/confirmations", PUBLIC, JSON),
    Row("request_reset", "identity", "POST", "/password-resets", PUBLIC, JSON),
    Row("show_reset", "identity", "GET", "/password-resets/open", PUBLIC),
    Row("reset_password", "identity", "POST", "/password-resets/open", PUBLIC, FORM),
    Row("show_email_confirmation", "identity", "GET", "/email-changes/confirm", PUBLIC),
    Row("confirm_new_email", "identity", "POST", "/email-changes/confirm", PUBLIC, FORM),
    Row("show_email_stop", "identity", "GET", "/email-changes/stop", PUBLIC),
    Row("stop_email_change_by_link", "identity", "POST", "/email-changes/stop", PUBLIC, FORM),
    Row("sign_in", "identity", "POST", "/sessions", PUBLIC, FORM, opens_session=True),
    Row("refresh", "identity", "POST", "/sessions/refresh", PUBLIC, JSON),
    Row("sign_out", "identity", "DELETE", "/sessions/current", MEMBER),
    Row("step_up", "identity", "POST", "/sessions/current/step-up", MEMBER, JSON),
    Row("ask_for_passkey_to_sign_in", "identity", "POST", "/sessions/passkey/options", PUBLIC, JSON),
    Row("sign_in_with_passkey", "identity", "POST", "/sessions/passkey", PUBLIC, JSON, opens_session=True),
    Row("mail_code", "identity", "POST", "/sessions/current/mailed-code", MEMBER, JSON),
    Row("ask_for_passkey_to_step_up", "identity", "POST", "/sessions/current/step-up/passkey/options", MEMBER, JSON),
    Row("step_up_with_passkey", "identity", "POST", "/sessions/current/step-up/passkey", MEMBER, JSON),
    Row("ask_for_passkey_of_coordinator", "identity", "POST", "/sessions/staff/passkey/options", MEMBER, JSON),
    Row("open_coordinator_session_with_passkey", "identity", "POST", "/sessions/staff/passkey", MEMBER, JSON, opens_session=True),
    Row("open_coordinator_session", "identity", "POST", "/sessions/staff", MEMBER, JSON, opens_session=True),
    Row("signing_keys", "identity", "GET", "/keys", PUBLIC),
    # identity: a member's own account
    Row("me", "identity", "GET", "/me", MEMBER),
    Row("my_sessions", "identity", "GET", "/me/sessions", MEMBER),
    Row("end_my_sessions", "identity", "DELETE", "/me/sessions", MEMBER),
    Row("end_my_session", "identity", "DELETE", "/me/sessions/{session_id}", MEMBER),
    Row("my_devices", "identity", "GET", "/me/devices", MEMBER),
    Row("forget_device", "identity", "DELETE", "/me/devices/{device_id}", MEMBER),
    # identity asks for a second factor itself where the person has one; who has none shows the password
    Row("change_password", "identity", "PUT", "/me/password", MEMBER, JSON),
    Row("change_email", "identity", "POST", "/me/email", MEMBER, JSON),
    Row("stop_email_change", "identity", "DELETE", "/me/email", MEMBER),
    Row("add_authenticator", "identity", "POST", "/me/authenticator", MEMBER, JSON),
    Row("confirm_authenticator", "identity", "POST", "/me/authenticator/confirm", MEMBER, JSON),
    # identity: a member's second factors. The first may be added with a password typed lately, so identity asks itself.
    Row("my_factors", "identity", "GET", "/me/factors", MEMBER),
    Row("remove_authenticator", "identity", "DELETE", "/me/authenticator", MEMBER, second_factor_within=FRESH),
    Row("ask_for_new_passkey", "identity", "POST", "/me/passkeys/options", MEMBER, JSON),
    Row("add_passkey", "identity", "POST", "/me/passkeys", MEMBER, JSON),
    Row("my_passkeys", "identity", "GET", "/me/passkeys", MEMBER),
    Row("remove_passkey", "identity", "DELETE", "/me/passkeys/{passkey_id}", MEMBER, second_factor_within=FRESH),
    Row("choose_mailed_codes", "identity", "PUT", "/me/mailed-codes", MEMBER, JSON),
    Row("end_mailed_codes", "identity", "DELETE", "/me/mailed-codes", MEMBER, second_factor_within=FRESH),
    Row("make_recovery_codes", "identity", "POST", "/me/recovery-codes", MEMBER, JSON, second_factor_within=FRESH),
    Row("list_organisations", "identity", "GET", "/organisations", MEMBER),
    Row("list_consents", "identity", "GET", "/me/consents", MEMBER),
    Row("give_consent", "identity", "PUT", "/me/consents/{organisation_id}", MEMBER, JSON),
    Row("withdraw_consent", "identity", "DELETE", "/me/consents/{organisation_id}", MEMBER),
    Row("list_consent_receipts", "identity", "GET", "/me/consents/receipts", MEMBER),
    Row("correct_me", "identity", "PATCH", "/me", MEMBER, JSON),
    Row("my_ledger", "identity", "GET", "/me/ledger", MEMBER),
    # Both ask for a second factor within five minutes where there is one, and for the password where there is none.
    Row("export_me", "identity", "GET", "/me/export", MEMBER),
    Row("erase_me", "identity", "POST", "/me/erasure", MEMBER, JSON),
    # identity: an account that was lost, and two fellow officers
    Row("ask_recovery", "identity", "POST", "/recoveries", PUBLIC, JSON),
    Row("show_stop_recovery", "identity", "GET", "/recoveries/stop", PUBLIC),
    Row("stop_recovery", "identity", "POST", "/recoveries/stop", PUBLIC, FORM),
    Row("claim_recovery", "identity", "POST", "/recoveries/claim", PUBLIC, JSON),
    Row("read_recovery", "identity", "GET", "/recoveries/{reference}", MEMBER),
    Row("vouch", "identity", "POST", "/recoveries/{reference}/vouch", MEMBER, JSON, second_factor_within=FRESH),
    Row("stop_my_recovery", "identity", "POST", "/me/recovery/stop", MEMBER, JSON),
    # identity: staff
    Row("staff_ledger", "identity", "GET", "/staff/me/ledger", STAFF),
    Row("show_staff_invitation", "identity", "GET", "/staff-invitations/accept", PUBLIC),
    Row("accept_staff_invitation", "identity", "POST", "/staff-invitations/accept", PUBLIC, FORM),
    Row("confirm_staff_invitation", "identity", "POST", "/staff-invitations/confirm", PUBLIC, FORM),
    Row("staff_me", "identity", "GET", "/staff/me", STAFF),
    Row("staff_sessions", "identity", "GET", "/staff/me/sessions", STAFF),
    Row("end_staff_sessions", "identity", "DELETE", "/staff/me/sessions", STAFF),
    Row("end_staff_session", "identity", "DELETE", "/staff/me/sessions/{session_id}", STAFF),
    Row("change_staff_password", "identity", "PUT", "/staff/me/password", STAFF, JSON, second_factor_within=FRESH),
    Row("staff_sign_out", "identity", "DELETE", "/staff/sessions/current", STAFF, one_factor_suffices=True),
    Row("staff_step_up", "identity", "POST", "/staff/sessions/current/step-up", STAFF, JSON, one_factor_suffices=True),
    Row("staff_ask_for_passkey_to_step_up", "identity", "POST", "/staff/sessions/current/step-up/passkey/options", STAFF, JSON, one_factor_suffices=True),
    Row("staff_step_up_with_passkey", "identity", "POST", "/staff/sessions/current/step-up/passkey", STAFF, JSON, one_factor_suffices=True),
    # identity: second factors of staff accounts. Coordinators have theirs as members.
    Row("staff_factors", "identity", "GET", "/staff/me/factors", EMPLOYED, one_factor_suffices=True),
    Row("staff_add_authenticator", "identity", "POST", "/staff/me/authenticator", EMPLOYED, JSON, one_factor_suffices=True),
    Row("staff_confirm_authenticator", "identity", "POST", "/staff/me/authenticator/confirm", EMPLOYED, JSON, one_factor_suffices=True),
    Row("staff_remove_authenticator", "identity", "DELETE", "/staff/me/authenticator", EMPLOYED, second_factor_within=FRESH),
    Row("staff_ask_for_new_passkey", "identity", "POST", "/staff/me/passkeys/options", EMPLOYED, JSON, one_factor_suffices=True),
    Row("staff_add_passkey", "identity", "POST", "/staff/me/passkeys", EMPLOYED, JSON, one_factor_suffices=True),
    Row("staff_passkeys", "identity", "GET", "/staff/me/passkeys", EMPLOYED),
    Row("staff_remove_passkey", "identity", "DELETE", "/staff/me/passkeys/{passkey_id}", EMPLOYED, second_factor_within=FRESH),
    Row("staff_make_recovery_codes", "identity", "POST", "/staff/me/recovery-codes", EMPLOYED, JSON, second_factor_within=FRESH),
    # identity: what administrators manage
    Row("staff_list_organisations", "identity", "GET", "/staff/organisations", STAFF),
    Row("add_organisation", "identity", "POST", "/staff/organisations", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("invite_staff", "identity", "POST", "/staff/accounts", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("appoint_coordinator", "identity", "POST", "/staff/appointments", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("list_staff_accounts", "identity", "GET", "/staff/accounts", ADMINISTRATOR),
    Row("change_staff_areas", "identity", "PUT", "/staff/accounts/{account_id}/areas", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("suspend_staff", "identity", "POST", "/staff/accounts/{account_id}/suspend", ADMINISTRATOR, JSON, second_factor_within=ROUTINE),
    Row("reinstate_staff", "identity", "POST", "/staff/accounts/{account_id}/reinstate", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("close_staff", "identity", "POST", "/staff/accounts/{account_id}/close", ADMINISTRATOR, JSON, second_factor_within=ROUTINE),
    Row("list_appointments", "identity", "GET", "/staff/appointments", ADMINISTRATOR),
    Row("end_appointment", "identity", "DELETE", "/staff/appointments/{appointment_id}", ADMINISTRATOR, second_factor_within=ROUTINE),
    Row("change_email_domains", "identity", "PUT", "/staff/organisations/{organisation_id}/email-domains", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("name_data_protection_officer", "identity", "PUT", "/staff/organisations/{organisation_id}/data-protection-officer", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    # For an organisation's own data-protection officer, who may have any role; identity knows who that is.
    Row("list_contact_looks", "identity", "GET", "/staff/contact-looks", STAFF),
    Row("staff_read_contact", "identity", "GET", "/staff/groups/{group_id}/memberships/{person_id}/contact", APPROVERS, proof=JURISDICTION, second_factor_within=ROUTINE),
    # identity: an organisation's own sign-in
    Row("set_provider", "identity", "PUT", "/staff/organisations/{organisation_id}/provider", ADMINISTRATOR, JSON, second_factor_within=FRESH),
    Row("remove_provider", "identity", "DELETE", "/staff/organisations/{organisation_id}/provider", ADMINISTRATOR, second_factor_within=FRESH),
    Row("begin_provider_sign_in", "identity", "GET", "/staff-sign-in/{organisation_id}", PUBLIC),
    Row("show_provider_answer", "identity", "GET", "/staff-sign-in/callback", PUBLIC),
    Row("finish_provider_sign_in", "identity", "POST", "/staff-sign-in/callback", PUBLIC, JSON, opens_session=True),
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
    Row("group_page", "groups", "GET", "/g/{public_id}", PUBLIC),
    Row("marking_log", "groups", "GET", "/marking-log", PUBLIC),
    # groups: members
    Row("my_groups", "groups", "GET", "/groups/mine", MEMBER),
    Row("found_group", "groups", "POST", "/groups", MEMBER, JSON),
    Row("read_group", "groups", "GET", "/groups/{group_id}", MEMBER),
    Row("ask_to_join", "groups", "POST", "/membership-requests", MEMBER, JSON),
    Row("accept_invitation", "groups", "POST", "/groups/{group_id}/membership/accept", MEMBER, JSON),
    Row("leave_group", "groups", "DELETE", "/groups/{group_id}/membership", MEMBER),
    Row("list_memberships", "groups", "GET", "/groups/{group_id}/memberships", MEMBER),
    Row("list_offices", "groups", "GET", "/groups/{group_id}/offices", MEMBER),
    Row("read_ledger", "groups", "GET", "/groups/{group_id}/ledger", MEMBER),
    Row("list_markings", "groups", "GET", "/groups/{group_id}/markings", MEMBER),
    Row("export_statement", "groups", "GET", "/groups/{group_id}/markings/{marking_id}/statement", MEMBER),
    # groups: the members decide who leads
    Row("list_ballots", "groups", "GET", "/groups/{group_id}/ballots", MEMBER),
    Row("open_ballot", "groups", "POST", "/groups/{group_id}/ballots", MEMBER, JSON),
    Row("ask_for_ballot", "groups", "POST", "/groups/{group_id}/ballots/requests", MEMBER, JSON),
    Row("nominate", "groups", "POST", "/groups/{group_id}/ballots/{ballot_id}/nominations", MEMBER, JSON),
    Row("accept_nomination", "groups", "POST", "/groups/{group_id}/ballots/{ballot_id}/nomination/accept", MEMBER, JSON),
    Row("decline_nomination", "groups", "DELETE", "/groups/{group_id}/ballots/{ballot_id}/nomination", MEMBER),
    Row("vote", "groups", "POST", "/groups/{group_id}/ballots/{ballot_id}/votes", MEMBER, JSON),
    Row("list_meeting_results", "groups", "GET", "/groups/{group_id}/meeting-results", MEMBER),
    Row("record_meeting_result", "groups", "POST", "/groups/{group_id}/meeting-results", MEMBER, JSON, second_factor_within=FRESH),
    Row("object_to_meeting_result", "groups", "POST", "/groups/{group_id}/meeting-results/{result_id}/objections", MEMBER, JSON),
    # groups: officers
    Row("change_group", "groups", "PATCH", "/groups/{group_id}", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("make_join_link", "groups", "POST", "/groups/{group_id}/join-links", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("revoke_join_link", "groups", "DELETE", "/groups/{group_id}/join-links/{link_id}", MEMBER, second_factor_within=ROUTINE),
    Row("invite_member", "groups", "POST", "/groups/{group_id}/invitations", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("admit", "groups", "POST", "/groups/{group_id}/admissions", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("refuse", "groups", "POST", "/groups/{group_id}/memberships/{person_id}/refuse", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("remove", "groups", "POST", "/groups/{group_id}/memberships/{person_id}/remove", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("appoint_to_office", "groups", "PUT", "/groups/{group_id}/offices/{office}", MEMBER, JSON, second_factor_within=FRESH),
    Row("vacate_office", "groups", "DELETE", "/groups/{group_id}/offices/{office}", MEMBER, second_factor_within=FRESH),
    Row("be_absent", "groups", "POST", "/groups/{group_id}/absence", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("be_back", "groups", "DELETE", "/groups/{group_id}/absence", MEMBER, second_factor_within=ROUTINE),
    Row("let_forward", "groups", "PUT", "/groups/{group_id}/forwarders/{person_id}", MEMBER, JSON, second_factor_within=FRESH),
    Row("no_longer_forward", "groups", "DELETE", "/groups/{group_id}/forwarders/{person_id}", MEMBER, second_factor_within=FRESH),
    Row("group_poster", "groups", "GET", "/groups/{group_id}/poster.svg", MEMBER, second_factor_within=ROUTINE),
    Row("renew_page", "groups", "POST", "/groups/{group_id}/page/renew", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("export_marking_log", "groups", "GET", "/groups/{group_id}/markings/log", MEMBER, second_factor_within=FRESH),
    Row("read_handover", "groups", "GET", "/groups/{group_id}/handover", MEMBER),
    Row("preview_as_public", "groups", "GET", "/groups/{group_id}/preview/public", MEMBER),
    Row("preview_as_member", "groups", "GET", "/groups/{group_id}/preview/member", MEMBER),
    Row("preview_as_staff", "groups", "GET", "/groups/{group_id}/preview/staff", MEMBER),
    Row("list_priorities", "groups", "GET", "/groups/{group_id}/priorities", MEMBER),
    Row("agree_priority", "groups", "POST", "/groups/{group_id}/priorities", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("close_priority", "groups", "POST", "/groups/{group_id}/priorities/{priority_id}/outcome", MEMBER, JSON, second_factor_within=ROUTINE),
    # groups: areas, the directory, and a group's end
    Row("find_ward", "groups", "GET", "/areas/at", PUBLIC),
    Row("contact_group", "groups", "POST", "/directory/{group_id}/contact", PUBLIC, JSON),
    Row("list_archived_groups", "groups", "GET", "/groups/archived", MEMBER),
    Row("archive_group", "groups", "POST", "/groups/{group_id}/archive", MEMBER, JSON, second_factor_within=FRESH),
    Row("reopen_group", "groups", "POST", "/groups/{group_id}/reopen", MEMBER, JSON, second_factor_within=FRESH),
    # groups: coming back
    Row("undo_leaving_group", "groups", "POST", "/groups/{group_id}/membership/return", MEMBER, JSON),
    # groups: officers look after the membership
    Row("suspend", "groups", "POST", "/groups/{group_id}/memberships/{person_id}/suspend", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("withdraw_invitation", "groups", "POST", "/groups/{group_id}/invitations/withdraw", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("resume", "groups", "POST", "/groups/{group_id}/memberships/{person_id}/resume", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("list_kept_people", "groups", "GET", "/groups/{group_id}/kept-people", MEMBER, second_factor_within=ROUTINE),
    Row("keep_person", "groups", "POST", "/groups/{group_id}/kept-people", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("change_kept_person", "groups", "PATCH", "/groups/{group_id}/kept-people/{kept_id}", MEMBER, JSON, second_factor_within=ROUTINE),
    Row("drop_kept_person", "groups", "DELETE", "/groups/{group_id}/kept-people/{kept_id}", MEMBER, second_factor_within=ROUTINE),
    Row("export_members", "groups", "GET", "/groups/{group_id}/members.csv", MEMBER, second_factor_within=FRESH),
    Row("import_people", "groups", "POST", "/groups/{group_id}/members/import", MEMBER, TABLE, second_factor_within=FRESH),
    # groups: staff in their areas
    Row("staff_list_groups", "groups", "GET", "/staff/groups", APPROVERS),
    Row("found_panel", "groups", "POST", "/staff/groups", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("staff_read_group", "groups", "GET", "/staff/groups/{group_id}", APPROVERS),
    Row("staff_list_memberships", "groups", "GET", "/staff/groups/{group_id}/memberships", APPROVERS),
    Row("mark_group", "groups", "POST", "/staff/groups/{group_id}/markings", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("review_group", "groups", "POST", "/staff/groups/{group_id}/reviews", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("withdraw_group_marking", "groups", "POST", "/staff/groups/{group_id}/markings/withdraw", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("mark_member", "groups", "POST", "/staff/groups/{group_id}/memberships/{person_id}/markings", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("withdraw_member_marking", "groups", "POST", "/staff/groups/{group_id}/memberships/{person_id}/markings/withdraw", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("staff_list_work", "groups", "GET", "/staff/work-lists/{work_list}", APPROVERS),
    Row("staff_list_delays", "groups", "GET", "/staff/groups/{group_id}/look-delays", APPROVERS),
    Row("ask_for_delay", "groups", "POST", "/staff/groups/{group_id}/look-delays", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("agree_to_delay", "groups", "POST", "/staff/groups/{group_id}/look-delays/{delay_id}/agree", APPROVERS, JSON, second_factor_within=ROUTINE),
    # For an organisation's own data-protection officer, who may have any role; groups knows who that is.
    Row("list_own_looks", "groups", "GET", "/staff/looks", STAFF),
    Row("staff_list_priorities", "groups", "GET", "/staff/groups/{group_id}/priorities", APPROVERS),
    Row("answer_priority", "groups", "POST", "/staff/groups/{group_id}/priorities/{priority_id}/answers", POLICE, JSON, second_factor_within=ROUTINE),
    # groups: two authorities pause one (P4)
    Row("staff_read_pause", "groups", "GET", "/staff/groups/{group_id}/pause", APPROVERS),
    Row("ask_for_pause", "groups", "POST", "/staff/groups/{group_id}/pause", APPROVERS, JSON, second_factor_within=ROUTINE),
    Row("confirm_pause", "groups", "POST", "/staff/groups/{group_id}/pause/confirm", APPROVERS, JSON, second_factor_within=ROUTINE),
    # groups: a coordinator prepares a scheme, a resident takes it over
    Row("list_prepared_schemes", "groups", "GET", "/staff/schemes", COORDINATOR),
    Row("prepare_scheme", "groups", "POST", "/staff/schemes", COORDINATOR, JSON, second_factor_within=ROUTINE),
    Row("revoke_prepared_scheme", "groups", "DELETE", "/staff/schemes/{scheme_id}", COORDINATOR, second_factor_within=ROUTINE),
    Row("show_prepared_scheme", "groups", "GET", "/schemes/take-over", PUBLIC),
    Row("take_over_scheme", "groups", "POST", "/schemes/take-over", MEMBER, JSON),
    # groups: abuse is reported
    Row("report_abuse", "groups", "POST", "/groups/{group_id}/abuse-reports", MEMBER, JSON),
    Row("report_abuse_from_outside", "groups", "POST", "/directory/{group_id}/abuse-reports", PUBLIC, JSON),
    Row("list_abuse_reports", "groups", "GET", "/staff/abuse-reports", APPROVERS),
    Row("close_abuse_report", "groups", "POST", "/staff/abuse-reports/{report_id}/close", APPROVERS, JSON, second_factor_within=ROUTINE),
    # groups: two schemes become one
    Row("make_merge_link", "groups", "POST", "/groups/{group_id}/merge-links", MEMBER, JSON, second_factor_within=FRESH),
    Row("merge_schemes", "groups", "POST", "/groups/{group_id}/merge", MEMBER, JSON, second_factor_within=FRESH),
    # documents: members with a pass, and whoever holds a release link
    Row("list_documents", "documents", "GET", "/groups/{group_id}/documents", MEMBER, proof=GROUP),
    Row("add_document", "documents", "POST", "/groups/{group_id}/documents", MEMBER, JSON, GROUP),
    Row("read_document", "documents", "GET", "/groups/{group_id}/documents/{document_id}", MEMBER, proof=GROUP),
    Row("bin_document", "documents", "DELETE", "/groups/{group_id}/documents/{document_id}", MEMBER, proof=GROUP),
    Row("add_version", "documents", "POST", "/groups/{group_id}/documents/{document_id}/versions", MEMBER, JSON, GROUP),
    Row("upload_version", "documents", "PUT", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content", MEMBER, DOCUMENT, GROUP),
    Row("look_at_upload", "documents", "HEAD", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content", MEMBER, proof=GROUP),
    Row("resume_upload", "documents", "PATCH", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content", MEMBER, DOCUMENT, GROUP),
    Row("download_version", "documents", "GET", "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content", MEMBER, proof=GROUP),
    Row("export_vault", "documents", "GET", "/groups/{group_id}/vault.zip", MEMBER, proof=GROUP, second_factor_within=FRESH),
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

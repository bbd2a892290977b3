"""Every refusal of messaging, one fact each."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class NothingHere(NotFound):
    code = "messaging.not_found"


class OnlyOfficers(Forbidden):
    code = "messaging.only_officers"
    detail = "Only the group's officers may do this."


class NotOnThisPlane(Forbidden):
    code = "messaging.wrong_role"
    detail = "Only police and coordinators may do this."


class NotCaughtUp(Unavailable):
    code = "messaging.not_caught_up"
    detail = "The newest changes to your group have not arrived here yet. Please try again in a moment."


class SendingPaused(Conflict):
    """P4: two authorities did it; why, and until when, groups shows to the members."""

    code = "messaging.sending_paused"
    detail = "Police and OurWatch have paused your group's sending. Your group's page says why, and until when."


class GroupClosed(Conflict):
    code = "messaging.group_closed"
    detail = "This group is closed, and sends no more messages."


class NameTaken(Conflict):
    code = "messaging.list_name_taken"
    detail = "The group has a mailing list of that name already."


class NotAMember(Invalid):
    code = "messaging.not_a_member"
    detail = "Only members of the group can be put on its lists; others are added as contacts."


class ListFull(Conflict):
    code = "messaging.list_full"
    detail = "A mailing list has room for 2,000 contacts."


class AttachmentNotReady(Invalid):
    code = "messaging.attachment_not_ready"
    detail = "An attachment is missing, not uploaded yet, or was sent with another message."


class LengthDiffers(Invalid):
    code = "messaging.length_differs"
    detail = "The content has not the length that was declared."


class UploadBrokeOff(Invalid):
    code = "messaging.upload_broke_off"
    detail = "The upload broke off. Please send the file again."


class NotRawBytes(Invalid):
    code = "messaging.not_raw_bytes"
    detail = "Send the content as application/octet-stream."


class StoreAway(Unavailable):
    code = "messaging.store_away"
    detail = "Files cannot be kept or read at the moment. Please try again soon."


class SecondPersonNeeded(Conflict):
    code = "messaging.second_person_needed"
    detail = "This would reach more people than one person may write to alone."


class EditedMeanwhile(Conflict):
    code = "messaging.edited_meanwhile"
    detail = "Somebody has changed this draft since. Please look at it as it is now, and try again."


class NotFinished(Invalid):
    code = "messaging.not_finished"
    detail = "A message needs a subject and a text before it can be sent."


class AlreadySent(Conflict):
    code = "messaging.already_sent"
    detail = "This draft was sent already."


class ApprovedByAnother(Forbidden):
    code = "messaging.approved_by_another"
    detail = "Somebody else than the person who wrote it approves or reviews it."


class TooEarly(Invalid):
    code = "messaging.no_such_time"
    detail = "A message can be scheduled for a time from now until 90 days ahead."


class NotYourAudience(Invalid):
    code = "messaging.not_your_audience"
    detail = "This message can be sent to members, offices and mailing lists of its own group."


class OutsideYourAreas(Forbidden):
    """The same for a group elsewhere and for none (P14)."""

    code = "messaging.outside_your_areas"
    detail = "Part of this audience lies outside the areas that are assigned to you."


class ListOfAnotherGroup(Invalid):
    code = "messaging.list_of_another_group"
    detail = "That mailing list does not belong to this group."


class MailUnderWay(Unavailable):
    """P29: a mail to a person who is to be forgotten is in a worker's hands."""

    code = "messaging.mail_under_way"


class NotSettledYet(Unavailable):
    """A mail came back before its worker had written down that it went."""

    code = "messaging.not_settled_yet"

"""Why a command cannot go on, said in one line."""


class NotPossible(Exception):  # noqa: N818 -- a refusal is named after the fact
    """The message is one plain line: what is wrong and how to go on."""

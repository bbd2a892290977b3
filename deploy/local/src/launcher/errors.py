"""Why a command cannot go on, said in one line."""


class NotPossible(Exception):
    """The message is one plain line: what is wrong and how to go on."""

"""Why a command cannot go on."""


class Problem(Exception):
    """Something that whoever typed the command can put right; the message says how."""

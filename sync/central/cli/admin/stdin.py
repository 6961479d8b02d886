"""Secrets that a person or a script gives on standard input, so that no process list shows them."""

import sys

from sync.rules.user_error import UserError


def secret_from_stdin(what: str) -> str:
    """Return the first line; raises :class:`UserError` ``secret_not_given``."""
    secret = sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise UserError("secret_not_given", f"No {what} was given.", f"Write the {what} to standard input.")
    return secret

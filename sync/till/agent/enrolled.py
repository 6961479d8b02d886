"""Only an enrolled till has anything to say to central."""

from sync.rules.user_error import UserError
from sync.till.identity import Identity
from sync.till.till import Till


def enrolled(till: Till) -> Identity:
    """Return who the till is; raises ``UserError("not_enrolled")``."""
    identity = till.identity
    if identity is None:
        raise UserError(
            "not_enrolled",
            "This till is not enrolled yet.",
            "Ask the office for an enrolment code and enrol it.",
        )
    return identity

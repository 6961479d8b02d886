"""The stable ``type`` of every problem that central answers (RFC 9457)."""

from enum import StrEnum

import msgspec

PROBLEM_MEDIA_TYPE = "application/problem+json"


class ProblemType(StrEnum):
    """What went wrong, as a name that programs may rely on."""

    UNAUTHENTICATED = "urn:countersign:unauthenticated"
    FORBIDDEN = "urn:countersign:forbidden"
    NOT_FOUND = "urn:countersign:not-found"
    INVALID = "urn:countersign:invalid"
    TOO_LARGE = "urn:countersign:too-large"
    TOO_MANY = "urn:countersign:too-many-requests"
    CONFLICT = "urn:countersign:conflict"
    BUSY = "urn:countersign:busy"
    INTERNAL = "urn:countersign:internal"
    ENROLMENT_UNKNOWN = "urn:countersign:enrolment-unknown"
    ENROLMENT_USED = "urn:countersign:enrolment-used"
    ENROLMENT_EXPIRED = "urn:countersign:enrolment-expired"
    TILL_REVOKED = "urn:countersign:till-revoked"
    TILL_FENCED = "urn:countersign:till-fenced"
    CURSOR_GONE = "urn:countersign:cursor-gone"
    VERSION_UNKNOWN = "urn:countersign:version-unknown"
    BATCH_BROKEN = "urn:countersign:batch-broken"
    SNAPSHOT_GONE = "urn:countersign:snapshot-gone"
    SNAPSHOT_IN_MAKING = "urn:countersign:snapshot-in-making"
    RENEWAL_NOT_ALLOWED = "urn:countersign:renewal-not-allowed"
    KEY_REUSED = "urn:countersign:key-reused"
    CODE_REFUSED = "urn:countersign:code-refused"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem details object: ``title`` for a person, ``detail`` what to do.

    Where asking again helps, ``retry_after_s`` says when; ``done`` of ``whole`` how far the work is that is
    waited for (both 0 when that is not known). ``reason`` is the rules' own identifier where a code was refused.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    retry_after_s: int = 0
    done: int = 0
    whole: int = 0
    reason: str = ""

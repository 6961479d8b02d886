"""How a code came in, and what allowed its use."""

from enum import StrEnum


class Source(StrEnum):
    """Where the text of a code came from; each scan notes it."""

    CAMERA = "CAMERA"
    GALLERY = "GALLERY"
    LINK = "LINK"
    SHARE = "SHARE"
    WEDGE = "WEDGE"
    SERIAL = "SERIAL"
    TYPED = "TYPED"


class By(StrEnum):
    """What a use stands on: a unit leased ahead, one granted on the spot, or the replica alone.

    ``RISK``: no unit covers it; the campaign lets a till without the office accept a few such uses.
    """

    LEASE = "lease"
    ONLINE = "online"
    CACHE = "cache"
    RISK = "risk"

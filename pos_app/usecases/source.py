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
    """What a use stands on: a unit leased ahead, one granted on the spot, or the replica alone."""

    LEASE = "lease"
    ONLINE = "online"
    CACHE = "cache"

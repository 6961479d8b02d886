"""What callers tell besides: their device, where they are. Bounded, storable, and kept for a while only."""

from typing import Any

import msgspec

from sync.rules.user_error import UserError

MAX_JSON_BYTES = 4096
MAX_PLACE_CHARS = 100
MAX_AGENT_CHARS = 512
_LATITUDE, _LONGITUDE = 90, 180
_MAX_ACCURACY_M = 50_000_000


class Location(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where somebody says to be: coordinates in degrees, the error in metres, or names."""

    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    country: str | None = None
    city: str | None = None


def fit_object(told: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object as it may be stored; raises :class:`UserError` ``object_unfit``."""
    written = msgspec.json.encode(told)
    if len(written) > MAX_JSON_BYTES or b"\\u0000" in written:
        raise UserError(
            "object_unfit",
            f"{name} has at most {MAX_JSON_BYTES} bytes of JSON, without zero characters.",
            "Send less of it.",
        )
    return told


def fit_location(location: Location | None) -> dict[str, Any] | None:
    """Return a location as it is stored, without what was not said; raises :class:`UserError` ``location_unfit``."""
    if location is None:
        return None
    names = (location.country, location.city)
    if not (
        _within(location.latitude, -_LATITUDE, _LATITUDE)
        and _within(location.longitude, -_LONGITUDE, _LONGITUDE)
        and _within(location.accuracy, 0, _MAX_ACCURACY_M)
        and all(name is None or (name.isprintable() and len(name) <= MAX_PLACE_CHARS) for name in names)
    ):
        raise UserError(
            "location_unfit",
            "This is no place on Earth.",
            f"Send degrees (-90 to 90, -180 to 180), metres, and names of at most {MAX_PLACE_CHARS} characters.",
        )
    return {name: told for name, told in msgspec.structs.asdict(location).items() if told is not None}


def place_of(location: Location | None) -> str:
    """Return a place as coarsely as it is kept for good: a town, or coordinates to a tenth of a degree."""
    if location is None:
        return ""
    if location.country or location.city:
        return "/".join(name.strip() for name in (location.country, location.city) if name)
    if location.latitude is None or location.longitude is None:
        return ""
    return f"{location.latitude:.1f},{location.longitude:.1f}"


def fit_agent(agent: str | None) -> str | None:
    """Return what a browser calls itself, as far as it can be stored."""
    said = (agent or "")[:MAX_AGENT_CHARS]
    return (said if said.isprintable() else "".join(filter(str.isprintable, said))) or None


def _within(number: float | None, least: float, most: float) -> bool:
    return number is None or least <= number <= most

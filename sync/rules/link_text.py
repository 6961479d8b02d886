"""The code inside a link: what a guest opens from a message, or a QR whose text is an address."""

from urllib.parse import parse_qsl, unquote, urlsplit

MAX_LINK_CHARS = 2_048
"""A longer text is no link that anybody sends."""

SCHEMES = frozenset({"http", "https", "countersign"})
_NAMES = ("code", "voucher", "promo", "ref", "card", "c")
"""Parameters that may carry the code, the plainest first."""


def code_in_link(text: str) -> str | None:
    """Return the text of the code that a link carries; None for a text that is no link, or one without a code.

    A parameter of the query (``?code=…``) counts before the last part of the path (``/v/…``).
    """
    written = text.strip()
    if len(written) > MAX_LINK_CHARS or "://" not in written:
        return None
    try:
        link = urlsplit(written)
        if link.scheme.lower() not in SCHEMES:
            return None
        given = {name.lower(): value for name, value in parse_qsl(link.query, max_num_fields=50)}
    except ValueError:
        # An address that is written wrongly (a bracket left open, hundreds of parameters) carries nothing.
        return None
    for name in _NAMES:
        if given.get(name):
            return given[name].strip() or None
    parts = [unquote(part) for part in link.path.split("/") if part]
    if not parts and link.scheme.lower() == "countersign":
        # countersign://CODE has no path: the code stands where other links name a machine.
        parts = [unquote(link.netloc)]
    return parts[-1].strip() or None if parts else None

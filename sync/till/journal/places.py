"""Where an event stands: its incarnation and seq in one integer, so that the file's tree itself is the order."""

SEQ_BITS = 40
MAX_SEQ = (1 << SEQ_BITS) - 1


def position(incarnation: int, seq: int) -> int:
    """Return the row's key of an event."""
    return incarnation << SEQ_BITS | seq


def place(at: int) -> tuple[int, int]:
    """Return incarnation and seq of a row's key."""
    return at >> SEQ_BITS, at & MAX_SEQ

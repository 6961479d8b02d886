"""What ends a batch that somebody else has overtaken."""


class RacedError(Exception):
    """What a batch was decided by has changed meanwhile, or was decided elsewhere: look again, all of it."""

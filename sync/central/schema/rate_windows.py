"""How much of each rate limit is taken: shared by all processes of an installation, and good for minutes."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from sync.central.schema.model import Model, Small


class RateWindow(Model):
    """``taken`` of a limit ``name`` by one ``subject`` in the window that begins at ``since``.

    A subject is a keyed digest of a caller, an address or a code: nothing here tells who it was. It belongs to no
    network, because it is needed before a network is known. The table is unlogged: after a crash everybody begins
    a new window.
    """

    __tablename__ = "rate_windows"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    name: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[bytes] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    taken: Mapped[Small]

"""What every use case stands on: one open till, the thread of its files, and the way to the office."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from pos_app.usecases.record import record
from sync.protocol.feed import SettingsRow
from sync.protocol.leases import LeaseReply, LimitKind
from sync.protocol.sales import SaleRequest, SalesReply
from sync.rules.sale import Basket, Line, Place
from sync.till.identity import Identity
from sync.till.journal.entries import Committed, Entry
from sync.till.till import Till
from sync.till.worker import FilesPort


class SpotPort(Protocol):
    """Asking the office for one unit while the guest waits (``sync.till.on_the_spot``)."""

    def ask(
        self, kind: LimitKind, subject: int, guest: int = 0, *, units: int = 1, sale_bound: bool = False
    ) -> LeaseReply | None:
        """Return the office's answer, its grant stored durably; None when it did not answer in time."""
        ...

    def release(self, lease: UUID) -> bool:
        """Give an unused grant back."""
        ...


class SalesPort(Protocol):
    """Asking the office what another till has sold (``sync.till.sales_elsewhere``)."""

    def find(self, request: SaleRequest) -> SalesReply:
        """Return what the office knows; raises ``sync.till.office.OfficeError``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One till with everything that a use case may touch.

    ``identity`` is who it is; ``spot`` is None where the till must not try to reach the office.
    So is ``sales``. ``committed`` is told after each commit, so that the agent uploads at once.
    """

    till: Till
    identity: Identity
    files: FilesPort
    spot: SpotPort | None
    language: str
    committed: Callable[[], None]
    sales: SalesPort | None = None

    @property
    def place(self) -> Place:
        """Where it happens."""
        return Place(restaurant_id=self.identity.restaurant, till_id=self.identity.till)

    def basket(self, lines: Sequence[Line]) -> Basket:
        """Make the basket; without lines the amount is not known yet."""
        return Basket(currency=self.identity.currency, lines=tuple(lines), known=bool(lines))

    def commit(self, entries: Sequence[Entry]) -> list[Committed]:
        """Write events in one transaction and wait for it. Returns only what is on disk."""
        done = self.files.call(lambda: record(self.till.journal, entries))
        self.committed()
        return done

    def settings(self) -> SettingsRow | None:
        """Return the network's settings as the replica has them."""
        return self.files.call(self.till.cache.settings)

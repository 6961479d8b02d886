"""The counter's room for receipts: what ``counter.receipts`` offers."""

from uuid import UUID

from msgspec import Struct

from pos_app.receipts.content import Letterhead
from pos_app.receipts.layout import receipt_slip, report_slip
from pos_app.receipts.slip import Slip
from pos_app.usecases.desk import Desk
from pos_app.usecases.office_letterhead import completed
from pos_app.usecases.receipt import receipt_of
from pos_app.usecases.report_words import report_sections, report_title
from pos_app.usecases.shift_results import ShiftReport
from pos_app.usecases.verify_receipt import Verified, verify_receipt
from sync.protocol.payloads import Refund, Sale, Void
from sync.till.journal.entries import Recent

MAX_LOOKED_BACK = 50
"""Sales, voids and refunds among which an unprinted receipt is looked for at the start."""


class ReceiptCounter(Struct, frozen=True):
    """Blocking, as the counter itself; may raise ``UserError``."""

    desk: Desk

    def slip(self, event: UUID, letterhead: Letterhead, *, copy: int = 1) -> Slip:
        """Lay out the receipt of a sale, void or refund of this till; ``receipt_gone``."""
        receipt = receipt_of(self.desk, event, copy=copy, letterhead=self.letterhead(letterhead))
        return receipt_slip(receipt, self.desk.language)

    def report(self, report: ShiftReport, letterhead: Letterhead) -> Slip:
        """Lay out an X or Z report."""
        sections = tuple(
            (section.title, tuple((row.label, row.value, row.part, row.alarm) for row in section.rows))
            for section in report_sections(report, self.desk.language)
        )
        return report_slip(
            report_title(report, self.desk.language),
            sections,
            network_name=self.desk.identity.network_name,
            restaurant_name=report.restaurant_name,
            letterhead=self.letterhead(letterhead),
        )

    def letterhead(self, own: Letterhead) -> Letterhead:
        """Complete this till's own letterhead by what the office has set for its restaurant."""
        return completed(own, self.desk.settings(), self.desk.identity.restaurant, self.desk.language)

    def newest(self, limit: int = MAX_LOOKED_BACK) -> list[Recent]:
        """Return what has a receipt, the newest first."""
        kinds = (Sale.KIND, Void.KIND, Refund.KIND)
        return self.desk.files.call(lambda: self.desk.till.journal.recent_of(limit, kinds))

    def verify(self, text: str) -> Verified:
        """Say what a receipt's code proves; see :func:`pos_app.usecases.verify_receipt.verify_receipt`."""
        return verify_receipt(self.desk, text)

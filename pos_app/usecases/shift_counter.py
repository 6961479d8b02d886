"""The counter's room for the shift: what ``counter.shift`` offers."""

from msgspec import Struct

from pos_app.usecases import shift, shift_lists
from pos_app.usecases.desk import Desk
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.shift_reading import ShiftReader
from pos_app.usecases.shift_results import (
    AttemptSeen,
    CreditEntry,
    CreditLimits,
    SaleEntry,
    ShiftReport,
    ShiftStatus,
)


class ShiftCounter(Struct, frozen=True):
    """Blocking, as the counter itself; every method may raise ``UserError``."""

    desk: Desk
    reader: ShiftReader
    staff: int | None

    def status(self) -> ShiftStatus:
        """Say whether a shift is open."""
        return shift.shift_status(self.desk)

    def open(self, float_minor: int) -> ShiftStatus:
        """Open a shift with so much money in the drawer; ``shift_open``, ``cash_amount``."""
        return shift.open_shift(self.desk, float_minor, staff=self._somebody())

    def report(self) -> ShiftReport:
        """Make an X report; writes nothing."""
        return shift.x_report(self.desk, self.reader)

    def close(
        self,
        counted_minor: int,
        *,
        other_minor: int = 0,
        note: str = "",
        second_pin: str | None = None,
    ) -> ShiftReport:
        """Close the shift with a Z report; see :func:`pos_app.usecases.shift.close_shift`."""
        return shift.close_shift(
            self.desk,
            self.reader,
            counted_minor,
            staff=self._somebody(),
            other_minor=other_minor,
            note=note,
            second_pin=second_pin,
        )

    def past(self) -> list[ShiftReport]:
        """Return this till's newest Z reports, the newest first."""
        return shift.past_shifts(self.desk)

    def sales(self, limit: int = shift_lists.MAX_LISTED) -> list[SaleEntry]:
        """Return this till's newest sales with what went back of each."""
        return shift_lists.recent_sales(self.desk, limit)

    def attempts(self, limit: int = shift_lists.MAX_LISTED) -> list[AttemptSeen]:
        """Return what was not accepted lately, with reasons."""
        return shift_lists.failed_attempts(self.desk, limit)

    def credits(self, *, guest_id: int | None = None) -> list[CreditEntry]:
        """Return this till's newest credits and debits by hand."""
        return shift_lists.credits_by_hand(self.desk, guest_id=guest_id)

    def credit_limits(self) -> CreditLimits:
        """Say how many points may be given by hand now."""
        return shift_lists.credit_limits(self.desk, self.staff)

    def _somebody(self) -> int:
        if self.staff is None:
            raise spoken_error("sign_in_first", self.desk.language)
        return self.staff

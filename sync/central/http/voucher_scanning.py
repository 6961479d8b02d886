"""Which voucher is meant by whoever scans it, and scans by people whom nobody knows: the same by both ways."""

from sync.central.http.addresses import whose
from sync.central.http.central import Central
from sync.central.services.login import GuestCaller, Person
from sync.central.services.refusal import Refusal
from sync.central.services.scanning.ids import VoucherKey, read_id, unknown_voucher
from sync.central.services.scanning.scans import ScanAnswer, Scanner, ScanRequest

NO_VOUCHER = VoucherKey(0, 0)


async def count_look(
    central: Central, text: str, known: Person | GuestCaller | None, address: str
) -> VoucherKey:
    """Read which voucher is meant, and count that somebody looks at it whom nobody knows."""
    if known is not None:
        return read_id(central.secrets, text, known.network)
    rates = central.bounds.rates
    await central.bounds.take(rates.scans, whose(address))
    try:
        voucher = read_id(central.secrets, text, None)
    except Refusal:
        # The same way to the same answer as for a voucher that is over.
        voucher = NO_VOUCHER
    await central.bounds.take(rates.scans_of_code, f"{voucher.network} {voucher.code}")
    return voucher


async def scan_unknown(central: Central, text: str, scanner: Scanner, data: ScanRequest) -> ScanAnswer:
    """Store a scan by somebody unknown; raises :class:`Refusal` ``not-found``, also for a voucher that is over."""
    with central.scan_times.timed():
        return await _scan_unknown(central, text, scanner, data)


async def _scan_unknown(central: Central, text: str, scanner: Scanner, data: ScanRequest) -> ScanAnswer:
    async with central.bounds.naming_a_code(None, scanner.address):
        voucher = await count_look(central, text, None, scanner.address)
        answer = await central.scans.scan(voucher, scanner, data)
        # Only behind the transaction, where somebody unknown has scanned what is over: that counts.
        if answer is None:
            raise unknown_voucher()
    return answer

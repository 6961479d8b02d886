"""A receipt after a sale: what of it can hold the next scan up, and how soon its bytes are at the printer.

The reference is the sale itself: priced, committed and durable, as the guest waits for it.
"""

import tempfile
from functools import partial
from pathlib import Path

from pos_app.receipts.content import Receipt
from pos_app.receipts.devices import NetworkDevice
from pos_app.receipts.escpos_bytes import escpos_bytes
from pos_app.receipts.layout import receipt_slip
from pos_app.receipts.typeset import typeset
from pos_app.usecases.receipt import receipt_of
from pos_app.usecases.source import Source
from sync.rules.sale import Line
from tests.bench.measurement import Measurement
from tests.bench.timing import percentile, timed, timed_ms
from tests.builders.desk import World, a_counter, the_till
from tests.builders.receipt_printer import SmallPrinter
from tests.builders.receipts import a_setup
from tests.builders.rules import a_campaign, percent

SALES = 300
LINES = tuple(Line(amount_minor=280 + number, item="ESPRESSO") for number in range(12))


def run() -> list[Measurement]:
    """Sell, gather and print so many receipts of twelve lines and one code."""
    sold_ms: list[float] = []
    gathered_ms: list[float] = []
    printed_ms: list[float] = []
    with tempfile.TemporaryDirectory() as folder, SmallPrinter() as printer:
        world = World()
        world.code("LUNCH", world.campaign(a_campaign(percent(1000), id=1)))
        world.settings()
        counter = a_counter(Path(folder) / "till", world, offline=True)
        setup, device = a_setup(), NetworkDevice("127.0.0.1", printer.port)
        for _ in range(SALES):
            look = counter.look_up("LUNCH", Source.CAMERA, lines=LINES)
            sold_in, sold = timed(partial(counter.sell, LINES, [look]))
            gathered_in, receipt = timed(partial(receipt_of, counter.receipts.desk, sold.event))

            def to_printer(receipt: Receipt = receipt) -> None:
                device.send(escpos_bytes(typeset(receipt_slip(receipt, "en"), setup.paper), setup))

            sold_ms.append(sold_in)
            gathered_ms.append(gathered_in)
            printed_ms.append(gathered_in + timed_ms(to_printer))
        the_till(counter).close()
    sale = percentile(sold_ms, 99)
    held = percentile(gathered_ms, 99)
    # The first one loads the library of the printers, on a thread of its own like every printing.
    printed = percentile(printed_ms[1:], 99)
    return [
        Measurement(
            name="receipt.holds_the_files_p99",
            value=held,
            unit="ms",
            goal="p99 ≤ half of a sale",
            reference=sale,
            ratio=held / sale,
        ),
        Measurement(
            name="receipt.sale_to_printer_p99",
            value=printed,
            unit="ms",
            goal="p99 ≤ 300 ms",
            reference=sale,
            ratio=printed / sale,
        ),
    ]

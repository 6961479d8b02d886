"""The short way of `POST /api/v1/vouchers/…/scan` for people whom nobody knows: a poster is seen by thousands."""

import msgspec

from sync.central.http.central import Central
from sync.central.http.short_way import Answer, Call, Message, Way
from sync.central.http.voucher_scanning import scan_unknown
from sync.central.services.scanning.scans import Scanner, ScanRequest

ROUTE = "/api/v1/vouchers/{voucher_id}/scan"
_BEGIN, _END = ROUTE.split("{voucher_id}")
_JSON = b"application/json"
_encoder = msgspec.json.Encoder()


async def _scan(central: Central, call: Call) -> Answer:
    scanner = Scanner(caller=None, address=central.proxies.client_of(call.scope), agent=call.head.agent)
    await central.bounds.let_in(None, scanner.address)
    voucher = _voucher_of(call.scope["path"])
    return Answer(201, _JSON, _encoder.encode(await scan_unknown(central, voucher, scanner, call.body)))


_WAY = Way(ROUTE, _scan, msgspec.json.Decoder(ScanRequest).decode, known=False)


def scan_way(scope: Message) -> Way | None:
    """Return how a scan of a voucher is answered, None for any other request."""
    return _WAY if scope["method"] == "POST" and _voucher_of(scope["path"]) else None


def _voucher_of(path: str) -> str:
    """Return which voucher a path scans, "" for any other path."""
    if not path.startswith(_BEGIN) or not path.endswith(_END):
        return ""
    voucher = path[len(_BEGIN) : -len(_END)]
    return "" if "/" in voucher else voucher

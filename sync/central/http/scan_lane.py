"""The short way of `POST /api/v1/vouchers/…/scan` for people whom nobody knows: a poster is seen by thousands."""

import time
from typing import Any

import msgspec

from sync.central.http.central import Central
from sync.central.http.short_way import (
    FAILED,
    Answer,
    Message,
    Receive,
    Send,
    again,
    read_head,
    send_answer,
    whole_body,
)
from sync.central.http.voucher_scanning import scan_unknown
from sync.central.services.scanning.scans import Scanner, ScanRequest

ROUTE = "/api/v1/vouchers/{voucher_id}/scan"
_BEGIN, _END = ROUTE.split("{voucher_id}")
_JSON = b"application/json"
_decoder = msgspec.json.Decoder(ScanRequest)
_encoder = msgspec.json.Encoder()


class ScanLane:
    """The application with the short way before it."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - another short way, or the framework's
        """Stand before ``app``, which serves everything else, starting and ending included."""
        self._app = app
        self.state = app.state

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        voucher = _voucher_of(scope)
        head = read_head(scope["headers"]) if voucher else None
        if head is None or head.authorized or head.key is not None or not head.size:
            await self._app(scope, receive, send)
            return
        began, central = time.perf_counter(), self.state.central
        message = await receive()
        body = _read(whole_body(message, head.size))
        if body is None:
            await self._app(scope, again(message, receive), send)
            return
        scanner = Scanner(caller=None, address=central.proxies.client_of(scope), agent=head.agent)
        try:
            answer = await _ask(central, voucher, scanner, body)
        except Exception as error:  # noqa: BLE001 - the long way says it, and logs what is a bug
            scope[FAILED] = error
            await self._app(scope, again(message, receive), send)
            return
        await send_answer(send, answer)
        central.tally.note(ROUTE, answer.status, time.perf_counter() - began)


async def _ask(central: Central, voucher: str, scanner: Scanner, body: ScanRequest) -> Answer:
    await central.bounds.let_in(None, scanner.address)
    return Answer(201, _JSON, _encoder.encode(await scan_unknown(central, voucher, scanner, body)))


def _voucher_of(scope: Message) -> str:
    """Return which voucher a request scans, "" for any other request."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return ""
    path: str = scope["path"]
    if not path.startswith(_BEGIN) or not path.endswith(_END):
        return ""
    voucher = path[len(_BEGIN) : -len(_END)]
    return "" if "/" in voucher else voucher


def _read(content: bytes | None) -> ScanRequest | None:
    if content is None:
        return None
    try:
        return _decoder.decode(content)
    except msgspec.DecodeError:
        return None

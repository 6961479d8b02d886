"""Text messages by a provider's HTTP interface: one request a message, as a form or as JSON."""

import asyncio
import base64
import json
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from sync.central.sms.port import SEND_TIMEOUT_S, NotSentError

_OK = range(200, 300)
_MAX_ANSWER_BYTES = 4096


class Form(StrEnum):
    """How a provider wants to be asked."""

    FORM = "form"
    """``To``, ``From``, ``Body`` as a form, as Twilio takes it."""
    JSON = "json"
    """``to``, ``from``, ``text`` as JSON, as Vonage and many gateways take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSms:
    """A provider at ``url``. With ``user`` the password goes as basic authentication, else ``token`` as bearer."""

    url: str
    sender: str
    form: Form = Form.JSON
    user: str = ""
    password: str = ""
    token: str = ""

    async def send(self, phone: str, text: str) -> None:
        """Hand one message over; raises :class:`NotSentError`."""
        await asyncio.to_thread(self._send, phone, text)

    def _send(self, phone: str, text: str) -> None:
        where = urlsplit(self.url)
        make = HTTPSConnection if where.scheme == "https" else HTTPConnection
        connection = make(where.hostname or "", where.port, timeout=SEND_TIMEOUT_S)
        path = (where.path or "/") + (f"?{where.query}" if where.query else "")
        try:
            connection.request("POST", path, body=self._body(phone, text), headers=self._headers())
            answer = connection.getresponse()
            answer.read(_MAX_ANSWER_BYTES)
        except (OSError, HTTPException) as error:
            message = f"the SMS provider cannot be reached ({type(error).__name__})"
            raise NotSentError(message) from error
        finally:
            connection.close()
        if answer.status not in _OK:
            message = f"the SMS provider answered {answer.status}"
            raise NotSentError(message)

    def _body(self, phone: str, text: str) -> bytes:
        if self.form is Form.FORM:
            return urlencode({"To": phone, "From": self.sender, "Body": text}).encode()
        return json.dumps({"to": phone, "from": self.sender, "text": text}).encode()

    def _headers(self) -> dict[str, str]:
        kind = "application/x-www-form-urlencoded" if self.form is Form.FORM else "application/json"
        headers = {"Content-Type": kind}
        if self.user:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        elif self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

"""The owner at one of the office's interfaces."""

from typing import Any, ClassVar

import httpx

from tests.builders.callers import call
from tests.builders.office import Office


class OfficeDesk:
    """Asks one interface, which its test names by ``root``."""

    root: ClassVar[str]
    usual: ClassVar[dict[str, Any]] = {}
    """What a thing is made with when its test says nothing else."""

    def __init__(self, office: Office, headers: dict[str, str]) -> None:
        self.office = office
        self.headers = headers

    async def ask(self, method: str, tail: str = "", body: Any = None, **headers: str) -> httpx.Response:
        return await call(self.office, method, f"{self.root}{tail}", self.headers | headers, body)

    async def get(self, tail: str = "") -> Any:
        return (await self.ask("GET", tail)).raise_for_status().json()

    async def make(self, **fields: Any) -> dict[str, Any]:
        made: dict[str, Any] = (await self.ask("POST", "", self.usual | fields)).raise_for_status().json()
        return made

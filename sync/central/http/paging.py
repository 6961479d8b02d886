"""Lists in pages, the same everywhere: ``?page=1&limit=50`` → ``{"items", "total", "page", "limit"}``."""

from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter

USUAL_LIMIT = 50
MAX_LIMIT = 200
MAX_PAGE = 1_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list is asked for; pages count from 1."""

    page: int
    limit: int

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.page - 1) * self.limit


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list; ``total`` is the number of items on all pages."""

    items: list[T]
    total: int
    page: int
    limit: int


async def provide_paging(
    page: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, description="Which page, from 1 on.")] = 1,
    limit: Annotated[
        int, QueryParameter(ge=1, le=MAX_LIMIT, description="How many items a page has.")
    ] = USUAL_LIMIT,
) -> Paging:
    """Read the page that is asked for."""
    return Paging(page, limit)


def page_of(items: list[T], total: int, paging: Paging) -> Page[T]:
    """Put a page together."""
    return Page(items=items, total=total, page=paging.page, limit=paging.limit)

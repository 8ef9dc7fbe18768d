"""Lists in pages: what the address bar asks for, checked, and the rows of one page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar, TypeVarTuple
from urllib.parse import quote_plus

from sqlalchemy import Row, Select, SQLColumnExpression, func, select
from werkzeug.datastructures import MultiDict

from tracker.db import db

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

SIZES = (10, 20, 50, 100, 200)
LONGEST_WORD = 100
LARGEST_NUMBER = 2**31 - 1  # what an id column of PostgreSQL can be asked for


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of one page and where it stands among the others."""

    rows: Sequence[T]
    number: int  # from 1
    total: int  # rows in all
    size: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def numbers(self) -> list[int | None]:
        """The pages to offer: first, last and those near this one; None where some are left out."""
        around = range(max(1, self.number - 2), min(self.last, self.number + 2) + 1)
        near = sorted({1, *around, self.last})
        offered: list[int | None] = []
        for before, number in zip([0, *near], near, strict=False):
            offered += [number] if number == before + 1 else [None, number]
        return offered

    @property
    def first_row(self) -> int:
        """The place of the first row in the whole list, from 1; 0 in an empty list."""
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last_row(self) -> int:
        return min(self.total, self.number * self.size)


def page_of(query: Select[T], number: int, size: int = 50) -> Page[T]:
    """Page ``number`` of a query for one entity; a number or size out of range gives the nearest."""
    number, size, total = _place(query, number, size)
    return Page(db.session.scalars(_slice(query, number, size)).all(), number, total, size)


def rows_of(
    query: Select[*Ts], number: int, size: int = 50, count: Select[int] | None = None
) -> Page[Row[*Ts]]:
    """As ``page_of``, for a query of several columns; ``count`` where the rows can be counted with less."""
    number, size, total = _place(query, number, size, count)
    return Page(db.session.execute(_slice(query, number, size)).all(), number, total, size)


def _place(
    query: Select[*Ts], number: int, size: int, count: Select[int] | None = None
) -> tuple[int, int, int]:
    if count is None:
        count = select(func.count()).select_from(query.order_by(None).subquery())
    total = db.session.scalar(count) or 0
    size = max(SIZES[0], min(size, SIZES[-1]))
    return max(1, min(number, Page([], 1, total, size).last)), size, total


def _slice(query: Select[*Ts], number: int, size: int) -> Select[*Ts]:
    return query.limit(size).offset((number - 1) * size)


def whole(said: str) -> int:
    """A whole number from 0, such as an id; raises ValueError."""
    number = int(said)
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(said)
    return number


def day(said: str) -> date:
    """2020-06-30; raises ValueError."""
    return date.fromisoformat(said)


def words(said: str) -> str:
    """Text to look for; raises ValueError when it cannot be meant."""
    if len(said) > LONGEST_WORD or "\0" in said:
        raise ValueError(said)
    return said


@dataclass(frozen=True)
class Listing:
    """What one list lets the address bar say: its filters, its orders, its usual size.

    ``filters``: name -> parser that raises ValueError (``whole``, ``day``, ``words``, or a Word class).
    ``sorts``: name -> columns; the last one of each should be unique, so that no row is on two pages.
    ``usual``: the order when none is asked for; a leading "-" means descending.
    """

    sorts: Mapping[str, Sequence[SQLColumnExpression[Any]]]
    usual: str
    filters: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    size: int = 50

    def order(self, sort: str) -> list[SQLColumnExpression[Any]]:
        """For ``order_by``."""
        columns = self.sorts[sort.removeprefix("-")]
        return [column.desc() for column in columns] if sort.startswith("-") else list(columns)

    def view(self, args: MultiDict[str, str]) -> "View":
        """Read the address; what it cannot say is left out and named in ``View.wrong``."""
        said = {name: args[name].strip() for name in self.filters if args.get(name, "").strip()}
        values, wrong = {}, []
        for name, text in said.items():
            try:
                values[name] = self.filters[name](text)
            except ValueError:
                wrong.append(name)
        sort = args.get("sort", self.usual)
        return View(
            listing=self,
            said={name: text for name, text in said.items() if name not in wrong},
            values=values,
            wrong=wrong,
            sort=sort if sort.removeprefix("-") in self.sorts else self.usual,
            number=args.get("page", 1, type=whole) or 1,
            size=size if (size := args.get("size", self.size, type=whole)) in SIZES else self.size,
        )


@dataclass(frozen=True)
class View:
    """One list as the address bar says it."""

    listing: Listing
    said: Mapping[str, str]  # filters as written, for the form and the links
    values: Mapping[str, Any]  # filters as read
    wrong: Sequence[str]  # filters that could not be read and are not applied
    sort: str
    number: int
    size: int

    def get(self, name: str) -> Any:
        """The filter's value; None when it is not set."""
        return self.values.get(name)

    def order(self) -> list[SQLColumnExpression[Any]]:
        """For ``order_by``."""
        return self.listing.order(self.sort)

    def href(self, **changes: object) -> str:
        """A relative address: this view with a filter, ``sort``, ``size`` or ``page`` changed; "" removes.

        It leads to the first page unless ``page`` is among the changes.
        """
        parts = self._parts | {name: self._part(name, value) for name, value in changes.items()}
        return "?" + "&".join(filter(None, parts.values()))

    @cached_property
    def _parts(self) -> dict[str, str]:
        """The parts of this view's own address: a page has twenty links that differ in one of them."""
        asked = {**self.said, "sort": self.sort, "size": self.size}
        return {name: self._part(name, value) for name, value in asked.items()}

    def _part(self, name: str, value: object) -> str:
        """``name=value`` as an address says it; "" for what is usual."""
        usual = {"sort": self.listing.usual, "size": self.listing.size, "page": 1}
        return "" if value in ("", None, usual.get(name)) else f"{name}={quote_plus(str(value))}"

    def bare_href(self) -> str:
        """This view without its filters."""
        return self.href(**dict.fromkeys(self.said, ""))

    def sort_href(self, sort: str) -> str:
        """Sort by ``sort``; a second time the other way round."""
        return self.href(sort=f"-{sort}" if self.sort == sort else sort)

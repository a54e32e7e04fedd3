"""A connector that exists in tests only, and folders written for it."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, TypeAdapter, field_validator

from okrmodel.definitions.base import Definition
from okrmodel.definitions.query import Catalogue, ConnectionOptions, Query
from okrmodel.observations import Aggregation
from okrmodel.secrets import SecretRef


class PretendOptions(ConnectionOptions):
    connector: Literal["pretend"]
    shop: int
    token: SecretRef | None = None

    @property
    def account(self) -> str:
        return str(self.shop)


class Range(Definition):
    least: int
    most: int

    @field_validator("most")
    @classmethod
    def _sensible(cls, value: int) -> int:
        if value > 100:
            raise ValueError("a shop has a hundred shelves")
        return value


class Count(Query):
    count: str
    shelf: int | Range | None = None

    @property
    def aggregation(self) -> Aggregation:
        return Aggregation.SUM

    @property
    def settles(self) -> timedelta:
        return timedelta()


class Stock(Query):
    stock: Annotated[str, Field(min_length=3)]

    @property
    def aggregation(self) -> Aggregation | None:
        return None

    @property
    def settles(self) -> timedelta:
        return timedelta()


def _kind(raw: Any) -> str:
    written = raw if isinstance(raw, dict) else raw.model_dump()
    return "stock" if "stock" in written else "count"


class Pretend:
    name = "pretend"
    options = PretendOptions
    query: TypeAdapter[Any] = TypeAdapter(
        Annotated[
            Annotated[Count, Tag("count")] | Annotated[Stock, Tag("stock")], Discriminator(_kind)
        ]
    )


class NotesOptions(ConnectionOptions):
    """Needs no configuring, so every workspace has it."""

    connector: Literal["notes"] = "notes"

    @property
    def account(self) -> str:
        return "workspace"


class Notes:
    name = "notes"
    options = NotesOptions
    query: TypeAdapter[Any] = TypeAdapter(Stock)


CONNECTORS: Catalogue = {"pretend": Pretend(), "notes": Notes()}

WORKSPACE = """\
id: acorn
name: Acorn
timezone: Europe/Warsaw
people:
  ola: {name: Ola}
connections:
  shop: {connector: pretend, shop: 7, token: "${TOKEN}"}
"""
METRICS = """\
metrics:
  sold:
    name: Sold
    connection: shop
    query: {count: sold}
  left:
    name: Left on the shelves
    connection: notes
    query: {stock: all}
    aggregation: level
  rate:
    name: Sold of left
    ratio: {numerator: sold, denominator: left}
"""
OKRS = """\
cycle: 2026-Q4
objectives:
  - id: shop
    title: Improve the shop
    owner: ola
    key_results:
      - id: sold
        title: Sell 100
        metric: sold
        target: 100
"""


def company(folder: Path, **files: str) -> Path:
    """A workspace's folder. Files are named without their folder and ending."""
    names = {"workspace": "workspace.yaml", "metrics": "metrics.yaml", "okrs": "okrs/2026-Q4.yaml"}
    written = {"workspace": WORKSPACE, "metrics": METRICS, "okrs": OKRS, **files}
    for name, text in written.items():
        file = folder / names.get(name, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def key_results(*written: str) -> str:
    """A cycle with these key results, each a flow mapping."""
    return _listed(OKRS.partition("      - id: sold")[0], written)


def _listed(start: str, entries: Iterable[str]) -> str:
    return start + "".join(f"      - {entry}\n" for entry in entries)

"""Tables of customers as the API takes and tells them."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.store.customer_imports import Column, Duplicate, OnDuplicate, RowError
from callcenter.web.asked import Asked
from callcenter.web.shapes import Shape


class ImportPreview(Shape, frozen=True, kw_only=True, rename={"import_": "import"}):
    """Nothing is written yet. `import` goes into the path of the next request; it is kept for an hour.

    At most 500 duplicates and 500 errors are told.
    """

    import_: str
    columns: tuple[Column, ...]
    rows: int
    new: int
    changed: int
    duplicates: tuple[Duplicate, ...]
    errors: tuple[RowError, ...]


class ImportResult(Shape, frozen=True, kw_only=True):
    created: int
    updated: int
    skipped: int
    errors: tuple[RowError, ...]


class ImportOrder(Asked, frozen=True, kw_only=True):
    """`columns`: the field of each column by its name; those left out, or empty, are not taken."""

    columns: Annotated[
        dict[Annotated[str, Meta(max_length=10_000)], Annotated[str, Meta(max_length=16)]], Meta(max_length=60)
    ]
    duplicates: OnDuplicate = "skip"


class ExportQuery(Asked, frozen=True, kw_only=True):
    format: Literal["xlsx", "csv"] = "xlsx"


class Erasure(Asked, frozen=True, kw_only=True):
    """`reason` is kept in the audit; it must not name the customer."""

    reason: Annotated[str, Meta(max_length=200)] = ""


class Merging(Asked, frozen=True, kw_only=True):
    """`other`: the card that is put into the one of the path, and goes."""

    other: Annotated[str, Meta(max_length=20)]

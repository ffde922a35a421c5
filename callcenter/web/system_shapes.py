"""How the system is, and what people did."""

from typing import Any, Literal

from callcenter.web.shapes import Shape


class SystemHealth(Shape, frozen=True, kw_only=True):
    """`engine` is the engine's own report (journal, writer, telephone link, counts); empty while lost."""

    engine_link: Literal["up", "lost"]
    engine_link_since: float
    asterisk: Literal["up", "down", "unknown"]
    database: Literal["up", "down"]
    pages: int
    phones: int
    engine: dict[str, Any]


class AuditEntry(Shape, frozen=True, kw_only=True):
    id: int
    at: float
    by: str
    action: str
    target: str
    address: str
    details: dict[str, Any]


class AuditList(Shape, frozen=True, kw_only=True):
    entries: tuple[AuditEntry, ...]
    before: int | None

"""The base of what people ask for."""

import msgspec


class Request(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """Made in somebody's name; the web room checks the role before it submits."""

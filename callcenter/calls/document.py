"""What all parts of the centre document are made of: their base, their kinds of names and numbers."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.languages import Text

AgentId = Annotated[str, Meta(pattern=r"^[0-9]{3,6}$", description="three to six digits, also the work number")]
Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="a-z, 0-9 and _, starting with a letter")]
TierId = Annotated[str, Meta(pattern=r"^[A-Z]$", description="one letter, A to Z")]
DialledNumber = Annotated[str, Meta(pattern=r"^\+?[0-9]{3,15}$", description="three to fifteen digits")]
NumberPrefix = Annotated[str, Meta(pattern=r"^\+?[0-9]{1,15}$", description="the first digits of a number")]
Key = Annotated[str, Meta(pattern=r"^[0-9*#]$", description="one key of a telephone")]
Level = Annotated[int, Meta(ge=1, le=10, description="1 (some) to 10 (best)")]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]
PersonName = Annotated[str, Meta(min_length=1, max_length=64)]
Device = Literal["web", "desk"]


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything in the document: read-only, and unknown keys are refused."""


class Choice(Document, frozen=True, kw_only=True):
    """One entry of a list people choose from (pause reasons, dispositions, skills, groups)."""

    id: Slug
    name: Text

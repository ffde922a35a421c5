"""What all parts of the centre document are made of: their base, their kinds of names and numbers."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.languages import Text

AgentId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{3,6}$",
        description="three to six digits, also the work number",
        extra_json_schema={"x-zh": "3 到 6 位数字，也是播报的工号"},
    ),
]
Slug = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]{0,31}$",
        description="a-z, 0-9 and _, starting with a letter",
        extra_json_schema={"x-zh": "小写字母、数字和下划线，以字母开头"},
    ),
]
TierId = Annotated[
    str, Meta(pattern=r"^[A-Z]$", description="one letter, A to Z", extra_json_schema={"x-zh": "一个字母，A 到 Z"})
]
DialledNumber = Annotated[
    str,
    Meta(
        pattern=r"^\+?[0-9]{3,15}$",
        description="three to fifteen digits",
        extra_json_schema={"x-zh": "3 到 15 位数字"},
    ),
]
NumberPrefix = Annotated[
    str,
    Meta(
        pattern=r"^\+?[0-9]{1,15}$",
        description="the first digits of a number",
        extra_json_schema={"x-zh": "号码的前几位"},
    ),
]
Key = Annotated[
    str, Meta(pattern=r"^[0-9*#]$", description="one key of a telephone", extra_json_schema={"x-zh": "一个电话按键"})
]
Level = Annotated[
    int, Meta(ge=1, le=10, description="1 (some) to 10 (best)", extra_json_schema={"x-zh": "1（略懂）到 10（精通）"})
]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]
PersonName = Annotated[str, Meta(min_length=1, max_length=64)]
Device = Literal["web", "desk"]


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything in the document: read-only, and unknown keys are refused."""


class Choice(Document, frozen=True, kw_only=True):
    """One entry of a list people choose from (pause reasons, dispositions, skills, groups)."""

    id: Slug
    name: Text

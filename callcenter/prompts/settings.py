"""How prompts are spoken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
from msgspec import Meta


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an administrator may set.

    `command` is the argv of another voice engine than espeak-ng: `{text}`, `{language}` (zh-CN, en) and `{out}`
    are filled in; without `{text}` the text comes on its standard input, in UTF-8. It writes an audio file
    to `{out}`. `level_db` is the loudness of all prompts, dB below full scale. `timeout_s` is for one prompt.
    """

    command: tuple[str, ...] = ()
    level_db: Annotated[float, Meta(ge=-40, le=-10)] = -20.0
    timeout_s: Annotated[float, Meta(gt=0, le=300)] = 30.0


@dataclass(frozen=True)
class Tools:
    """The programs, each as the beginning of an argv. `espeak` may be empty when there is a `Settings.command`.

    `environment` is added to the process's own.
    """

    sox: tuple[str, ...]
    espeak: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

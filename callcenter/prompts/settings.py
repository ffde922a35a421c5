"""How prompts are spoken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.languages import Language

Url = Annotated[str, Meta(pattern=r"^https?://[^\s]+$", max_length=2000)]


class HttpEngine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A voice engine that is asked over HTTP.

    `{text}`, `{language}` (zh-CN, en), `{voice}` (of `Settings.voices`) and `{key}` are filled in wherever they stand
    in `url`, `headers` and `body`; in a body that begins with a brace they are escaped as JSON wants it. `key_env`
    names the environment variable that holds the key. The answer is an audio file, or JSON that has it as
    base64 in the field `audio_field` (a path with dots).
    """

    url: Url
    method: Literal["POST", "GET"] = "POST"
    headers: Mapping[str, str] = {}
    body: str = ""
    key_env: str = ""
    audio_field: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an administrator may set.

    `command` is the argv of another voice engine than espeak-ng: `{text}`, `{language}` (zh-CN, en), `{voice}` and
    `{out}` are filled in; without `{text}` the text comes on its standard input, in UTF-8. It writes an audio file
    to `{out}`. `http` is an engine on the network; it outweighs `command`. `voices`: the engine's voice for each
    language. `level_db` is the loudness of all prompts, dB below full scale. `timeout_s` is for one prompt and one
    try, of which there are `tries`. A text that comes up during a call is waited for `call_wait_s` at
    most; then espeak-ng says it, unless `fallback` forbids that: then the caller misses it.
    """

    command: tuple[str, ...] = ()
    http: HttpEngine | None = None
    voices: Mapping[Language, str] = {}
    level_db: Annotated[float, Meta(ge=-40, le=-10)] = -20.0
    timeout_s: Annotated[float, Meta(gt=0, le=300)] = 30.0
    tries: Annotated[int, Meta(ge=1, le=10)] = 2
    call_wait_s: Annotated[float, Meta(gt=0, le=30)] = 2.0
    fallback: bool = True


@dataclass(frozen=True)
class Tools:
    """The programs, each as the beginning of an argv. `espeak` may be empty when there is a `Settings.command`.

    `environment` is added to the process's own.
    """

    sox: tuple[str, ...]
    espeak: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

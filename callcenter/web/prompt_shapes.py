"""What the API says about prompts."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.languages import Language
from callcenter.store.prompt_versions import How
from callcenter.web.asked import Asked
from callcenter.web.shapes import Shape

PromptState = Literal["recorded", "stale", "synthetic", "missing"]
PromptSource = Literal["flow", "centre", "built_in", "piece"]
StudioFormat = Literal["xlsx", "csv"]


class PromptVersion(Shape, frozen=True, kw_only=True):
    """`text`: what it speaks; `level_db`: as it was sent; `quiet`: so much so that noise was made loud with it."""

    id: str
    text: str
    how: How
    original_name: str
    duration_s: float
    level_db: float
    quiet: bool
    made_by: str
    made_at: float
    in_force: bool


class SpokenText(Shape, frozen=True, kw_only=True):
    """`longest_s`: how long a recording may reasonably be. `recording` is in force under this id, if there is one."""

    language: Language
    text: str
    state: PromptState
    longest_s: float
    recording: PromptVersion | None = None


class PromptPlace(Shape, frozen=True, kw_only=True):
    """`where`: the flow, queue or rule; `at`: the node or field of it."""

    where: str
    at: str


class PromptEntry(Shape, frozen=True, kw_only=True):
    id: str
    source: PromptSource
    places: tuple[PromptPlace, ...]
    texts: tuple[SpokenText, ...]


class UnusedRecording(Shape, frozen=True, kw_only=True):
    id: str
    language: Language
    version: PromptVersion


class PromptList(Shape, frozen=True, kw_only=True):
    """`unused`: recordings of prompts that are no longer spoken. `formats`: what may be sent."""

    prompts: tuple[PromptEntry, ...]
    unused: tuple[UnusedRecording, ...]
    formats: str
    largest_bytes: int
    longest_s: float


class PromptVersions(Shape, frozen=True, kw_only=True):
    versions: tuple[PromptVersion, ...]


class OfLanguage(Asked, frozen=True, kw_only=True):
    language: Language


class SoundQuery(Asked, frozen=True, kw_only=True):
    """Without `version`: what a caller hears now."""

    language: Language
    version: Annotated[str, Meta(max_length=32)] = ""


class PromptUse(Asked, frozen=True, kw_only=True):
    """`version` null: none, the synthetic voice speaks."""

    language: Language
    version: Annotated[str, Meta(max_length=32)] | None = None


class StudioQuery(Asked, frozen=True, kw_only=True):
    """`which`: all texts, or those that no recording speaks. `pieces`: those of numbers, dates and amounts, too."""

    format: StudioFormat = "xlsx"
    language: Language | None = None
    which: Literal["open", "all"] = "open"
    pieces: bool = True


class StudioMatch(Shape, frozen=True, kw_only=True):
    """`replaces`: a recording is in force already."""

    file: str
    id: str
    language: Language
    text: str
    duration_s: float
    longest_s: float
    quiet: bool
    replaces: bool


class StudioReject(Shape, frozen=True, kw_only=True):
    """`why`: unknown, changed (its text is another one by now), twice, or why it cannot be read, with the detail."""

    file: str
    why: Literal["unknown", "changed", "twice", "empty", "too_large", "not_audio", "damaged", "silent", "too_long"]
    detail: str = ""


class StudioCheck(Shape, frozen=True, kw_only=True):
    """`still_open`: texts that nobody has recorded after this."""

    upload: str
    matches: tuple[StudioMatch, ...]
    rejects: tuple[StudioReject, ...]
    still_open: int


class StudioResult(Shape, frozen=True, kw_only=True):
    applied: int

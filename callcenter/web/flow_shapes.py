"""What the pages of flows ask and are answered. `source` is always a flow's YAML."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.languages import Language, Text
from callcenter.ivr.difference import Difference
from callcenter.ivr.forms import KindForm
from callcenter.ivr.outline import Outline
from callcenter.web.asked import Asked, Moment
from callcenter.web.shapes import Shape

FlowId = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]{0,31}$",
        description="a-z, 0-9 and _, at most 32",
        extra_json_schema={"x-zh": "小写字母、数字和下划线，最多 32 个字符"},
    ),
]
Source = Annotated[str, Meta(max_length=1_000_000)]
FlowNote = Annotated[str, Meta(max_length=500)]
Version = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Keys = Annotated[str, Meta(pattern=r"^[0-9*#]*$", max_length=32)]

# ---- answered


class FlowDefect(Shape, frozen=True, kw_only=True):
    """`line` counts from 1; `node` is empty outside of the nodes, `field` outside of fields. `word` is stable.

    `message` is English, and has the field before it; `text` is the sentence alone, in every language.
    """

    line: int
    node: str
    message: str
    field: str
    word: str
    text: Text


class PublishedFlow(Shape, frozen=True, kw_only=True):
    version: int
    saved_by: str
    saved_at: float
    note: str


class RetiredFlow(Shape, frozen=True, kw_only=True):
    """Out of use since then; `version`: the last one that was in force."""

    version: int
    retired_by: str
    retired_at: float
    note: str


class DraftState(Shape, frozen=True, kw_only=True):
    base_version: int
    revision: int
    changed_by: str
    changed_at: float
    defects: int


class FlowEntry(Shape, frozen=True, kw_only=True):
    """`defects` of the published version: the centre may have changed since. `used_by`: what leads callers here.

    `published` is null of a flow that never was, and of one that is retired.
    """

    id: str
    name: Text
    published: PublishedFlow | None
    retired: RetiredFlow | None
    draft: DraftState | None
    nodes: int
    defects: int
    calls_today: int
    used_by: tuple[str, ...]


class FlowList(Shape, frozen=True, kw_only=True):
    flows: tuple[FlowEntry, ...]


class FlowChecked(Shape, frozen=True, kw_only=True):
    """`outline` is null when the text is no YAML at all."""

    outline: Outline | None
    defects: tuple[FlowDefect, ...]


class NodeTitles(Shape, frozen=True, kw_only=True):
    """Of the versions in force: `names` of the flows, and in `flows` the titles by flow and node; nodes without a
    title are left out."""

    names: dict[str, Text]
    flows: dict[str, dict[str, Text]]


class FlowSource(Shape, frozen=True, kw_only=True):
    """A version, with what can be drawn of it now."""

    source: str
    checked: FlowChecked


class FlowDraftSource(Shape, frozen=True, kw_only=True):
    base_version: int
    revision: int
    changed_by: str
    changed_at: float
    source: str
    checked: FlowChecked


class OpenFlow(Shape, frozen=True, kw_only=True):
    """`version` of a retired flow is its last one."""

    id: str
    published: PublishedFlow | None
    retired: RetiredFlow | None
    version: FlowSource | None
    draft: FlowDraftSource | None


class DraftSaved(Shape, frozen=True, kw_only=True):
    base_version: int
    revision: int
    changed_by: str
    changed_at: float


class FlowVersions(Shape, frozen=True, kw_only=True):
    """Newest first; the first one is in force."""

    versions: tuple[PublishedFlow, ...]


class FlowPublished(Shape, frozen=True, kw_only=True):
    """`in_force` false: saved, and in force as soon as the engine is back."""

    version: int
    in_force: bool
    spoken: int


class FlowHop(Shape, frozen=True, kw_only=True):
    """`begin` empty: the flow began; `end` empty: it ended, and `key` is the result."""

    begin: str
    end: str
    key: str
    calls: int


class VersionWays(Shape, frozen=True, kw_only=True):
    version: int
    hops: tuple[FlowHop, ...]


class FlowToday(Shape, frozen=True, kw_only=True):
    """Since midnight in the centre's zone."""

    day_began_at: float
    versions: tuple[VersionWays, ...]


class FlowKinds(Shape, frozen=True, kw_only=True):
    """What nodes can be, and what they may name."""

    kinds: tuple[KindForm, ...]
    queues: tuple[str, ...]
    mailboxes: tuple[str, ...]
    callbacks: tuple[str, ...]
    skills: tuple[str, ...]
    flows: tuple[str, ...]
    prompts: dict[str, Text]


class FlowDifference(Shape, frozen=True, kw_only=True):
    difference: Difference


class Heard(Shape, frozen=True, kw_only=True):
    language: Language
    text: str
    name: str


class FlowOutcome(Shape, frozen=True, kw_only=True):
    """Where the flow leads; `target` is the queue, mailbox or number, if any."""

    result: str
    target: str


class Rehearsed(Shape, frozen=True, kw_only=True):
    """A step of a call as it would go. `session` goes into the next question; null: the flow is over.

    `most_keys` 0: nothing is pressed here, it goes on by itself. `path`: the nodes walked to. `work`: the kind of
    work outside the call that is waited for. `fault`: why the flow could not go on.
    """

    session: dict[str, Any] | None
    language: Language
    node: str
    path: tuple[str, ...]
    heard: tuple[Heard, ...]
    most_keys: int = 0
    terminator: str = ""
    timeout_s: float = 0.0
    work: str = ""
    fault: Text | None = None
    outcome: FlowOutcome | None = None


# ---- asked


class WorkOutcome(Asked, frozen=True, kw_only=True):
    """What came of work outside: values by name, or one word of trouble."""

    values: dict[str, Any] = msgspec.field(default_factory=dict)
    trouble: Annotated[str, Meta(max_length=32)] = ""


class FlowText(Asked, frozen=True, kw_only=True):
    source: Source


class DraftEdit(Asked, frozen=True, kw_only=True):
    """`revision`: of the draft the change was made from, 0: there was none."""

    source: Source
    base_version: Version
    revision: Version


class DraftDrop(Asked, frozen=True, kw_only=True):
    revision: Version


class FlowPublish(Asked, frozen=True, kw_only=True):
    """`base_version`: what is in force as far as the asker knows. `revision`: the draft that this was; 0: none."""

    source: Source
    base_version: Version
    revision: Version = 0
    note: FlowNote = ""


class FlowRollback(Asked, frozen=True, kw_only=True):
    """Publishes an older version as a new one."""

    version: Version
    base_version: Version
    note: FlowNote = ""


class FlowRetire(Asked, frozen=True, kw_only=True):
    """`version`: what is in force as far as the asker knows. The draft is thrown away."""

    version: Version
    note: FlowNote = ""


class FlowRestore(Asked, frozen=True, kw_only=True):
    """Publishes the last version of a retired flow as a new one."""

    note: FlowNote = ""


class FlowCompare(Asked, frozen=True, kw_only=True):
    """`before` is a version, 0: nothing; `after` a version too, or else the text in `source`."""

    before: Version
    after: Version | None = None
    source: Source = ""


class Rehearsal(Asked, frozen=True, kw_only=True):
    """Without `session` the call begins. `keys` empty: none are pressed in time. `at`: its time; null: now."""

    source: Source
    session: dict[str, Any] | None = None
    keys: Keys = ""
    outcome: WorkOutcome | None = None
    language: Language = "zh-CN"
    caller: Annotated[str, Meta(max_length=20)] = ""
    at: Moment | None = None


class Sentence(Asked, frozen=True, kw_only=True):
    language: Language
    text: Annotated[str, Meta(min_length=1, max_length=1000)]
    name: Annotated[str, Meta(max_length=32)] = ""


FlowAction = Literal["publish_flow", "roll_back_flow", "restore_flow"]

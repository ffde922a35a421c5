"""Reports as the API takes and tells them. Times are seconds since the epoch, durations seconds, shares 0 to 1."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.languages import Language, Text
from callcenter.reporting.sheets import Kind
from callcenter.web.asked import Asked
from callcenter.web.call_shapes import CallSummary
from callcenter.web.shapes import Shape

ReportCell = str | int | float | None
ReportCompare = Literal["", "before", "week", "month", "year", "own", "true", "false"]
ReportGrain = Literal["", "quarter", "hour", "day", "week", "month", "year"]
_Day = Annotated[
    str,
    Meta(
        max_length=16,
        description="a day as 2026-11-27, or a minute as 2026-11-27T08:30",
        extra_json_schema={"x-zh": "日期如 2026-11-27，或到分钟如 2026-11-27T08:30"},
    ),
]
_List = Annotated[
    str,
    Meta(max_length=10_000, description="ids with commas between", extra_json_schema={"x-zh": "用逗号分隔的标识"}),
]
_Word = Annotated[str, Meta(max_length=32)]


class ReportQuery(Asked, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Both days are included; a minute given as `to` is not. Without `grain` one that fits is taken. `compare`: with
    as long a period right `before` (`true` says the same), the same days a `week`, `month` or `year` earlier, or
    `own`: those from `before_from` on, as many, or to `before_to`."""

    from_: _Day = ""
    to: _Day = ""
    grain: ReportGrain = ""
    queues: _List = ""
    agents: _List = ""
    numbers: _List = ""
    dispositions: _List = ""
    direction: _Word = ""
    service_level: _Word = ""
    abandon_rate: _Word = ""
    occupancy: _Word = ""
    fcr_days: _Word = ""
    fcr_category: _Word = ""
    csat: _Word = ""
    compare: ReportCompare = ""
    before_from: _Day = ""
    before_to: _Day = ""


class ReportDrillQuery(ReportQuery, frozen=True, kw_only=True):
    """`begins_at`, `ends_at`: of a row over time, in place of the period. The others narrow to a row; `weekday` (0:
    Monday) and `hour` go together; so do `begin` and `end`, the nodes of a step in a flow (`-`: none), with its `key`
    or, at an end, its `result`. `after`: the `next` of the page before."""

    figure: _Word
    begins_at: Annotated[float, Meta(ge=0, le=1e11)] | None = None
    ends_at: Annotated[float, Meta(ge=0, le=1e11)] | None = None
    survey: Annotated[str, Meta(max_length=64)] = ""
    question: Annotated[str, Meta(max_length=64)] = ""
    key: Annotated[str, Meta(max_length=8)] = ""
    card: Annotated[str, Meta(max_length=64)] = ""
    flow: Annotated[str, Meta(max_length=64)] = ""
    version: Annotated[int, Meta(ge=0, le=1_000_000_000)] | None = None
    result: _Word = ""
    path: Annotated[str, Meta(max_length=4000)] = ""
    begin: Annotated[str, Meta(max_length=200)] = ""
    end: Annotated[str, Meta(max_length=200)] = ""
    region: Annotated[str, Meta(max_length=128)] = ""
    waited_from_s: Annotated[float, Meta(ge=0, le=1e7)] | None = None
    waited_to_s: Annotated[float, Meta(ge=0, le=1e7)] | None = None
    weekday: Annotated[int, Meta(ge=0, le=6)] | None = None
    hour: Annotated[int, Meta(ge=0, le=23)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    after: Annotated[str, Meta(max_length=200)] = ""


class ReportExportQuery(ReportQuery, frozen=True, kw_only=True):
    """`sheet`: of a CSV file, which has one table; the first one without it."""

    format: Literal["csv", "xlsx"] = "xlsx"
    sheet: _Word = ""
    language: Language = "zh-CN"


class SettingChoice(Shape, frozen=True, kw_only=True):
    value: str
    text: Text


class ReportSetting(Shape, frozen=True, kw_only=True):
    """What the query's field `setting` may be; without choices a number of days from 1 to 30."""

    setting: str
    name: Text
    choices: tuple[SettingChoice, ...]


class ReportDefinition(Shape, frozen=True, kw_only=True):
    """`filters` and `settings` are the names of what the report's query takes. `days`: the longest period; 0: as long
    as the grain allows. `steps`: whether it tells of steps, and can be compared with another period. `numbers`:
    those of the centre, where the report takes numbers. `narrowed`: the reader gets the part in the own reach."""

    name: str
    title: Text
    filters: tuple[str, ...]
    settings: tuple[str, ...]
    choices: tuple[ReportSetting, ...]
    numbers: tuple[str, ...]
    steps: bool
    days: int
    narrowed: bool


class ReportDefinitions(Shape, frozen=True, kw_only=True):
    reports: tuple[ReportDefinition, ...]


class ReportPeriod(Shape, frozen=True, kw_only=True):
    """`to_at` is not included."""

    from_at: float
    to_at: float
    zone: str
    grain: str


class ReportColumn(Shape, frozen=True, kw_only=True):
    """`figure`: the formula that explains it; empty for what names the row. `drill`: the figure to ask for its calls
    by, `time`: the one to ask for its stretches of agents' time by; empty: there are none to show."""

    id: str
    kind: Kind
    name: Text
    figure: str
    drill: str
    time: str


class ReportSheet(Shape, frozen=True, kw_only=True):
    id: str
    name: Text
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[ReportCell, ...], ...]
    sums: tuple[ReportCell, ...] | None


class CountedCall(Shape, frozen=True, kw_only=True):
    """`at`: the moment it is booked to; `agent` and `queue`: those it counts for; `times`: how often it went that
    way, of a step in a flow."""

    at: float
    agent: str
    queue: str
    times: int
    call: CallSummary


class CountedCalls(Shape, frozen=True, kw_only=True):
    calls: tuple[CountedCall, ...]
    next: str | None


class ReportTile(Shape, frozen=True, kw_only=True):
    """A figure of the whole period. `before`: of the period to compare with."""

    column: ReportColumn
    value: ReportCell
    before: ReportCell


class FormulaVariant(Shape, frozen=True, kw_only=True):
    variant: str
    expression: str
    text: Text


class ReportFormula(Shape, frozen=True, kw_only=True):
    """`setting`: the query's field that chooses among `variants`; empty: there is no choice."""

    figure: str
    name: Text
    version: int
    variant: str
    expression: str
    text: Text
    window_days: int | None
    setting: str
    variants: tuple[FormulaVariant, ...]


class ReportAnswer(Shape, frozen=True, kw_only=True):
    """`before`, `before_sheets`: the period to compare with, and the same tables of it. `wrong`: what does not add up
    in either. `source` recount: read from the calls themselves. `narrowed_to`: what was left to the reader, when
    that is not all. `names`: what the ids in a column are called, by its id, where only the report knows."""

    report: str
    title: Text
    period: ReportPeriod
    before: ReportPeriod | None
    tiles: tuple[ReportTile, ...]
    sheets: tuple[ReportSheet, ...]
    before_sheets: tuple[ReportSheet, ...]
    formulas: tuple[ReportFormula, ...]
    wrong: tuple[Text, ...]
    source: str
    stored_seq: int
    narrowed_to: tuple[str, ...] | None
    names: dict[str, dict[str, Text]]

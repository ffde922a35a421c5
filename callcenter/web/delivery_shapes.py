"""Webhooks and scheduled reports as the API takes and tells them. Times are seconds since the epoch, UTC."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.languages import Language
from callcenter.web.asked import Asked
from callcenter.web.call_shapes import CallOutcome
from callcenter.web.shapes import Shape

DeliveryState = Literal["waiting", "delivered", "given_up"]
RunState = Literal["running", "waiting", "done", "failed"]
ScheduleEvery = Literal["day", "week", "month"]
ScheduleFormat = Literal["xlsx", "csv", "text"]
ScheduleWay = Literal["folder", "mail", "webhook"]
_Id = Annotated[str, Meta(max_length=64)]
_Name = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"\S")]
_Word = Annotated[str, Meta(max_length=32)]
_Words = Annotated[str, Meta(max_length=2000)]
_Mail = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=r"^[^\s@<>,;\"]{1,64}@[A-Za-z0-9.-]{1,189}$",
        description="a mail address",
        extra_json_schema={"x-zh": "一个邮件地址"},
    ),
]


class WebhookEdit(Asked, frozen=True, kw_only=True):
    """`calls`: told of finished calls; else of reports only. Empty `queues` or `outcomes`: all. `masked`: numbers as
    those see them who may not see them whole. `version`: of the webhook as it was read; 0 for a new one."""

    name: _Name
    url: Annotated[str, Meta(min_length=1, max_length=1000)]
    active: bool = True
    masked: bool = True
    calls: bool = True
    queues: Annotated[tuple[_Id, ...], Meta(max_length=500)] = ()
    outcomes: Annotated[tuple[CallOutcome, ...], Meta(max_length=20)] = ()
    version: int = 0


class WebhookEntry(Shape, frozen=True, kw_only=True):
    """`failing_since`: since when nothing has arrived. `disabled_why`: gone (the receiver said so) or failing (for a
    day); empty: nobody but people switched it off. `waiting` and `given_up` count deliveries."""

    id: str
    name: str
    url: str
    active: bool
    masked: bool
    calls: bool
    queues: tuple[str, ...]
    outcomes: tuple[CallOutcome, ...]
    failing_since: float | None
    disabled_at: float | None
    disabled_why: str
    version: int
    changed_by: str
    changed_at: float
    waiting: int
    given_up: int
    delivered_at: float | None


class WebhookList(Shape, frozen=True, kw_only=True):
    webhooks: tuple[WebhookEntry, ...]


class WebhookSecret(Shape, frozen=True, kw_only=True):
    """Told in this answer, this once."""

    id: str
    secret: str


class DeliveryQuery(Asked, frozen=True, kw_only=True):
    state: DeliveryState | None = None
    before: _Id = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class DeliveryEntry(Shape, frozen=True, kw_only=True):
    """`kind`: call.finished, report.ready, webhook.ping. `about`: the call's id, or the run's. `status`: HTTP, of the
    last attempt."""

    id: str
    kind: str
    about: str
    state: DeliveryState
    made_at: float
    due_at: float
    attempts: int
    settled_at: float | None
    status: int | None
    error: str


class DeliveryList(Shape, frozen=True, kw_only=True):
    deliveries: tuple[DeliveryEntry, ...]
    before: str | None


class DeliveryAttempt(Shape, frozen=True, kw_only=True):
    number: int
    at: float
    took_s: float
    status: int | None
    error: str


class DeliveryDetail(DeliveryEntry, frozen=True, kw_only=True):
    """`body`: as it is sent; empty until the call's record is whole."""

    body: str
    tried: tuple[DeliveryAttempt, ...]


class ScheduleEdit(Asked, frozen=True, kw_only=True):
    """`at`: HH:MM in the centre's zone. `on`: the weekday of a week (1: Monday), or the day of a month (or its
    last, if it has none such). `to`: mail addresses, or one webhook's id. `options`: what the report is asked with,
    by name, as in the query of GET /reports/{name}."""

    name: _Name
    report: _Id
    every: ScheduleEvery
    at: Annotated[
        str,
        Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM", extra_json_schema={"x-zh": "HH:MM"}),
    ]
    on: Annotated[int, Meta(ge=1, le=31)] = 1
    format: ScheduleFormat = "xlsx"
    language: Language = "zh-CN"
    way: ScheduleWay = "folder"
    to: Annotated[tuple[Annotated[str, Meta(max_length=254)], ...], Meta(max_length=50)] = ()
    options: Annotated[dict[_Word, _Words], Meta(max_length=20)] = {}  # noqa: RUF012
    active: bool = True
    version: int = 0


class MailTo(Asked, frozen=True, kw_only=True):
    """To check addresses with."""

    to: tuple[_Mail, ...]


class ScheduleEntry(Shape, frozen=True, kw_only=True):
    """`next_at`: None while it is switched off."""

    id: str
    name: str
    report: str
    every: ScheduleEvery
    at: str
    on: int
    format: ScheduleFormat
    language: Language
    way: ScheduleWay
    to: tuple[str, ...]
    options: dict[str, str]
    active: bool
    version: int
    changed_by: str
    changed_at: float
    next_at: float | None


class ScheduleList(Shape, frozen=True, kw_only=True):
    """`folder`: where files of the way "folder" lie on the server. `mail`: whether a mail server is set."""

    schedules: tuple[ScheduleEntry, ...]
    folder: str
    mail: bool


class Kept(Shape, frozen=True, kw_only=True):
    id: str


class RunQuery(Asked, frozen=True, kw_only=True):
    schedule: _Id = ""
    before: _Id = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class RunEntry(Shape, frozen=True, kw_only=True):
    """`by`: who asked for it; empty: by itself. `skipped`: earlier moments that were missed and not made up for."""

    id: str
    schedule: str
    name: str
    due_at: float
    by: str
    state: RunState
    attempts: int
    again_at: float | None
    began_at: float | None
    ended_at: float | None
    result: str
    error: str
    skipped: int


class RunList(Shape, frozen=True, kw_only=True):
    runs: tuple[RunEntry, ...]
    before: str | None

"""A queue's settings: whom it is for, in which order, what callers hear, and where they go instead."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.document import Document, Key, Level, NumberPrefix, Seconds, Slug
from callcenter.calls.languages import Text
from callcenter.calls.mailboxes import MailboxSettings
from callcenter.calls.surveys import SurveyPolicy

Strategy = Literal[
    "longest_idle",
    "round_robin",
    "fewest_calls",
    "least_occupied",
    "random",
    "best_skill",
    "least_skilled",
    "ring_all",
]
Place = Literal["flow", "queue", "agent", "voicemail", "callback", "hang_up"]


class Destination(Document, frozen=True, kw_only=True):
    """Where a caller is led.

    `to` flow: `id` is the flow; queue: `id` is the queue; agent: `id` is the agent, who alone may take the call for
    `wait_s`, then anybody of `queue`; voicemail: `id` is the mailbox, a queue or an agent (default: the queue the
    caller is in); callback: the caller is asked whether to be called back, and keeps the place; hang_up: after an
    apology. `say` is heard before.
    """

    to: Place
    id: Annotated[str, Meta(pattern=r"^[a-z0-9_]{0,32}$")] = ""
    queue: Slug | None = None
    wait_s: Annotated[int, Meta(ge=1, le=3600)] = 30
    say: Text | None = None


class Relaxation(Document, frozen=True, kw_only=True):
    """After `after_s` of waiting this level is enough for every skill; 0: any agent of the queue."""

    after_s: Annotated[int, Meta(ge=1, le=86_400)]
    level: Annotated[int, Meta(ge=0, le=10)]


class Instead(Document, frozen=True, kw_only=True):
    """Where callers go who cannot be served as usual; they wait where nothing is named.

    full: as many wait as the queue takes. closed: outside the queue's roster. nobody_on_duty: no agent of the queue
    has a shift. nobody_signed_in, all_paused: what they say; checked when a caller enters, and while callers wait
    for all but `full` and `all_paused`. too_long: `max_wait_s` is over; the call ends there when nothing is named.
    """

    full: Destination | None = None
    closed: Destination | None = None
    nobody_on_duty: Destination | None = None
    nobody_signed_in: Destination | None = None
    all_paused: Destination | None = None
    too_long: Destination | None = None


class CallbackPolicy(Document, frozen=True, kw_only=True):
    """How callers are called back who gave up holding, not their place.

    `first`: who is rung first; the agent is reserved before either. A try rings for `ring_s`; the next follows after
    `retry_after_s`; after `attempts` tries or `expires_s` the callback is given up, with a record. `allowed`: how
    numbers may begin that callers type in; empty: numbers of the centre's country. `trunk`: its name in config.yaml;
    empty: the first there is.
    """

    first: Literal["customer", "agent"] = "customer"
    attempts: Annotated[int, Meta(ge=1, le=10)] = 3
    retry_after_s: Annotated[int, Meta(ge=10, le=86_400)] = 300
    ring_s: Annotated[int, Meta(ge=10, le=120)] = 30
    expires_s: Annotated[int, Meta(ge=60, le=604_800)] = 28_800
    allowed: tuple[NumberPrefix, ...] = ()
    trunk: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,32}$")] = ""


class Queue(Document, frozen=True, kw_only=True):
    """One line of waiting callers. Times in seconds.

    Agents serve a queue when they name it, or are in one of its `groups`. A caller stands in line by the seconds
    waited plus credit (the queue's and the tier's); between queues that share agents the seconds count `weight`
    times. `sticky_s`: so long a caller waits for the agent of the last talk in the last `sticky_days`, if on duty.
    """

    id: Slug
    name: Text
    groups: tuple[Slug, ...] = ()
    strategy: Strategy = "longest_idle"
    weight: Annotated[float, Meta(ge=0.01, le=1000)] = 1.0
    credit_s: Seconds = 0
    skills: dict[Slug, Level] = {}  # noqa: RUF012 - a struct copies it
    relax: tuple[Relaxation, ...] = ()
    sticky_s: Annotated[int, Meta(ge=0, le=3600)] = 0
    sticky_days: Annotated[int, Meta(ge=1, le=365)] = 30
    roster: Slug | None = None  # when it is open; always without
    ring_s: Annotated[int, Meta(ge=5, le=120)] = 20
    wrap_up_s: Seconds = 60
    wrap_up_limit_s: Seconds = 900  # the longest wrap-up, extensions included
    wrap_up_cut: bool = True  # agents may end it early
    whisper: Text | None = None  # the agent hears it before the talk; the queue's name when absent
    announce_every_s: Annotated[int, Meta(ge=15, le=3600)] = 45
    announce: tuple[Literal["position", "wait"], ...] = ("position", "wait")
    announcements: tuple[Text, ...] = ()  # said in turn, after position and wait
    music: Slug = "default"
    exits: dict[Key, Destination] = {}  # noqa: RUF012 - keys a waiting caller may press
    exits_text: Text | None = None  # says what the keys do; said after every announcement
    capacity: Annotated[int, Meta(ge=1, le=10_000)] | None = None  # callers waiting; no limit without
    max_wait_s: Annotated[int, Meta(ge=30, le=86_400)] = 1800
    instead: Instead = Instead()
    callback: CallbackPolicy | None = None  # no callbacks without
    greeting: Text | None = None  # of the queue's voicemail
    mailbox: MailboxSettings = MailboxSettings()
    service_level_s: Annotated[int, Meta(ge=1, le=3600)] = 20
    short_abandon_s: Seconds = 5
    missed_back_off_s: Seconds = 10
    pause_after_missed: Annotated[int, Meta(ge=1, le=20)] = 3
    recorded: bool = True
    survey: Slug | None = None  # the flow a caller is led to after the talk
    surveyed: SurveyPolicy = SurveyPolicy()  # who of them
    disposition_required: bool = False  # wrap-up ends early only with one
    auto_answer: bool = False  # as an agent's
    service_level_target: Annotated[int, Meta(ge=1, le=100)] = 80  # percent within `service_level_s`

    def destinations(self) -> dict[str, Destination]:
        """Every destination by its path within the queue, as in `exits.1` or `instead.full`."""
        found = {f"exits.{key}": destination for key, destination in self.exits.items()}
        for name in Instead.__struct_fields__:
            if (destination := getattr(self.instead, name)) is not None:
                found[f"instead.{name}"] = destination
        return found

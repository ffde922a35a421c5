"""The kinds of work that flows have done outside the call (`calls.outside` tells what comes of them).

Whatever is in them may be a caller's secret: none of it is shown when one of them is printed or logged.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

HttpMethod = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
HTTP_METHODS: tuple[HttpMethod, ...] = ("GET", "POST", "PUT", "PATCH", "DELETE")

Trouble = Literal[
    "unreachable",  # no connection, or it broke
    "timeout",
    "status",  # an answer, but none that was hoped for: `status` tells
    "redirected",
    "too_large",
    "unreadable",  # no JSON, or not what was expected in it
    "missing",  # JSON without a value that was asked for
    "busy",  # too many wait for it already
    "resting",  # it failed again and again; it is left alone for a while
    "forbidden",  # the policy in config.yaml does not let flows do this
    "not_configured",
    "failed",  # a script that ended with an error; a provider that refused a text
    "no_answer",  # of somebody who was called
    "absent",
    "unknown",
]


class Work(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class HttpRequest(Work, frozen=True, kw_only=True):
    """One request to a service: to `url`, or to this path of a service that config.yaml calls `service`.

    `headers` are plain; `secrets` names one of the secrets file for a header. `body` is what becomes JSON; `has_body`
    False: none is sent. `values`: where in the answer's JSON each value is, as `data.orders.0.total`; with `?` behind
    it may be missing. `timeout_s` is for each of 1 + `retries` tries. `key` is the same whenever the same is asked
    for again, so that a service can tell a repetition from a second order.
    """

    method: HttpMethod
    url: str
    service: str = ""
    headers: Mapping[str, str] = {}
    secrets: Mapping[str, str] = {}
    body: Any = None
    has_body: bool = False
    values: Mapping[str, str] = {}
    timeout_s: float = 5.0
    retries: int = 0
    key: str = ""


class ScriptRun(Work, frozen=True, kw_only=True):
    """An AGI script of the scripts' folder speaks with the caller. `values`: its variables by our names for them."""

    script: str
    arguments: tuple[str, ...] = ()
    values: Mapping[str, str] = {}
    timeout_s: float = 60.0


class CallNumber(Work, frozen=True, kw_only=True):
    """The caller is put through to a number outside. An outcome comes only when that did not come about:
    trouble `busy`, `no_answer`, `absent` (no such number, or it is switched off), `forbidden`, `failed`."""

    number: str
    as_number: str = ""
    ring_s: int = 30


class CallAgent(Work, frozen=True, kw_only=True):
    """The caller is put through to an agent; outcomes as of CallNumber, and `unknown`.

    The agent's state is respected, and waited for `wait_s` at most; `at_once`: rung whatever the state, unless in a
    call. `queue`: whose settings (whisper, ring time, recording, wrap-up) are used; empty: one that the agent serves.
    """

    agent: str
    queue: str = ""
    wait_s: float = 0.0
    at_once: bool = False


class LeaveMessage(Work, frozen=True, kw_only=True):
    """The caller speaks to a mailbox. The outcome's value `left` tells whether there is a message."""

    mailbox: str


class TextMessage(Work, frozen=True, kw_only=True):
    """A text to a mobile phone. `tag` says what it is for: reports sort by it. `key` as of HttpRequest."""

    to: str
    text: str
    tag: str = ""
    key: str = ""


class CustomerLookUp(Work, frozen=True, kw_only=True):
    """Whose is this number: a telephone number of any card, or a card's own id. One of the two is given.

    The outcome's values: `found` (false as well when several fit), `id`, `name`, `tier`, `language`, `company`.
    """

    number: str = ""
    id: str = ""

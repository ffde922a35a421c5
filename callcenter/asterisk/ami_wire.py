"""The bytes of the AMI: panoramisk's protocol, action and message, hardened.

What is changed, and why:
- frames are cut in bytes and decoded whole, so a character split between two TCP chunks survives;
- an action completes by its own response and, for a list, by Asterisk's `EventList: Complete` mark:
  panoramisk guesses from the English message and raises KeyError for a queued action without `Async`;
- a lost connection fails every pending action: panoramisk sends them again after the reconnect, and
  a Redirect that is a few seconds old tears a caller out of a talk;
- a handler that raises costs its own event only, not the rest of the chunk.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from callcenter.asterisk.ami_errors import AmiBadField, AmiConnectionLost

log = logging.getLogger(__name__)

FRAME_END = b"\r\n\r\n"
FRAME_BYTES_MAX = 1 << 20
# Asterisk's manager.c reads a line into 1025 bytes, ends the session on a longer one,
# and silently forgets the headers past the 128th.
LINE_BYTES_MAX = 1000
LINES_MAX = 120

# These events carry the ActionID of an action that was answered long before.
LATE_EVENTS = frozenset({"OriginateResponse"})

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_FORBIDDEN = re.compile(r"[\r\n\0]")

Value = str | int
Fields = Mapping[str, Value | Sequence[Value]]


class AmiMessage(Message):  # type: ignore[misc]
    """An event or a response: a mapping of header to text, or to a list of texts when repeated."""

    @classmethod
    def from_frame(cls, frame: bytes) -> "AmiMessage | None":
        """None for a frame that is neither an event nor a response."""
        store: dict[str, tuple[str, str | list[str]]] = {}
        for line in frame.decode("utf-8", "replace").split("\r\n"):
            name, colon, value = line.partition(":")
            if colon:
                _keep(store, name, value[1:] if value.startswith(" ") else value)
        if "event" not in store and "response" not in store:
            return None
        return cls._of(store)

    @classmethod
    def _of(cls, store: dict[str, tuple[str, str | list[str]]]) -> "AmiMessage":
        message = cls.__new__(cls)
        message._store = store
        message.manager = None
        return message

    def text(self, name: str) -> str:
        """The header's text; empty when Asterisk did not send it, the first one when repeated."""
        found = self._store.get(name.lower())
        if found is None:
            return ""
        return cast(str, found[1] if isinstance(found[1], str) else found[1][0])

    def texts(self, name: str) -> list[str]:
        """Every occurrence of the header, in Asterisk's order."""
        found = self._store.get(name.lower())
        if found is None:
            return []
        return [found[1]] if isinstance(found[1], str) else list(found[1])


def _keep(store: dict[str, tuple[str, str | list[str]]], name: str, value: str) -> None:
    key = name.lower()
    known = store.get(key)
    if known is None:
        store[key] = (name, value)
    elif isinstance(known[1], list):
        known[1].append(value)
    else:
        store[key] = (name, [known[1], value])


def check_fields(fields: Fields) -> None:
    """Raises AmiBadField naming the field that must not be written to the wire."""
    lines = 0
    for name, value in fields.items():
        if not _FIELD_NAME.fullmatch(name):
            raise AmiBadField(name, "is no header name: letters, digits, '_' and '-' are allowed")
        for one in [value] if isinstance(value, str | int) else value:
            _check_value(name, str(one))
            lines += 1
    if lines > LINES_MAX:
        raise AmiBadField("Variable", f"and others make {lines} lines; at most {LINES_MAX} are allowed")


def _check_value(name: str, value: str) -> None:
    if _FORBIDDEN.search(value):
        raise AmiBadField(name, f"holds a line break or NUL: {value[:40]!r}")
    try:
        length = len(f"{name}: {value}".encode())
    except UnicodeEncodeError as error:
        raise AmiBadField(name, f"is not valid text: {value[:40]!r}") from error
    if length > LINE_BYTES_MAX:
        raise AmiBadField(name, f"is {length} bytes long; at most {LINE_BYTES_MAX} are allowed")


class AmiAction(Action):  # type: ignore[misc]
    """One request and its answer: the first response, or the events of a list up to its end mark."""

    def __init__(self, fields: Fields, as_list: bool = False) -> None:
        check_fields(fields)
        super().__init__(dict(fields), as_list=as_list)

    def add_message(self, message: AmiMessage) -> bool:
        """True once the answer is complete (and the future resolved)."""
        if message.text("response"):
            return self._answered(message)
        if message.text("eventlist").lower() in ("complete", "cancelled"):
            return self._resolve(self.responses)
        self.responses.append(message)
        return False

    def _answered(self, message: AmiMessage) -> bool:
        if self.as_list and message.text("response") == "Success":
            return False
        return self._resolve(message)

    def _resolve(self, answer: Any) -> bool:
        if not self.future.done():
            self.future.set_result(answer)
        return True


class AmiProtocol(AMIProtocol):  # type: ignore[misc]
    """One TCP session. `on_event` is called once an event; `on_lost` once, with the cause or None."""

    def __init__(self, on_event: Callable[[AmiMessage], None], on_lost: Callable[[Exception | None], None]) -> None:
        self._on_event = on_event
        self._on_lost = on_lost
        self._unread = b""
        self.responses: dict[str, AmiAction] = {}
        self.encoding = "utf-8"
        self.failed_handlers = 0

    def data_received(self, data: bytes) -> None:
        *frames, self._unread = (self._unread + data).split(FRAME_END)
        for frame in frames:
            self._take(frame)
        if len(self._unread) > FRAME_BYTES_MAX:
            log.error("the AMI peer sent %d bytes without an end: closing", len(self._unread))
            self._unread = b""
            self.transport.abort()

    def _take(self, frame: bytes) -> None:
        try:
            message = AmiMessage.from_frame(frame)
            if message is not None:
                self.handle_message(message)
        except Exception:
            self.failed_handlers += 1
            log.exception("an AMI frame could not be handled: %r", frame[:200])

    def handle_message(self, message: AmiMessage) -> None:
        action_id = message.text("actionid")
        action = self.responses.get(action_id) if action_id else None
        if action is not None:
            if action.add_message(message):
                self.forget(action)
        elif message.text("event") and (not action_id or message.text("event") in LATE_EVENTS):
            self._on_event(message)
        # What is left answers an action that was given up: nobody waits for it.

    def forget(self, action: AmiAction) -> None:
        self.responses.pop(action.id, None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        for action in self._take_all_pending():
            if not action.future.done():
                action.future.set_exception(
                    AmiConnectionLost(f"the AMI session ended before {action['action']} was answered")
                )
        self._on_lost(exc)

    def _take_all_pending(self) -> list[AmiAction]:
        pending = list(self.responses.values())
        self.responses.clear()
        return pending

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.transport.abort()

"""An Asterisk that is only played: its manager interface, and the agents' and callers' channels behind it.

Two cores cannot carry ten real calls a second with two hundred telephones beside what is measured. So the engine
meets the words of one real call (`one_call.ami`), written for every call anew at the moments at which Asterisk would
write them; actions of its AMI users are answered, and lists told on demand.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bench import ami_stream
from bench.ami_stream import FRAME_END

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
LISTENER = "cc_events"
_ARRAY = re.compile(r"ARRAY\((.*)\)")
_FRAMES = ami_stream.frames_of_one_call()


@dataclass
class PlayedCall:
    """`number` counts the calls; `at` is the context the customer is in. `moved` is set by a Redirect."""

    number: int
    agent: str = ""
    at: str = "flow"
    stamps: dict[str, str] = field(default_factory=dict)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    began_at: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        return ami_stream.customer_id(self.number)

    def frames(self, first: int, last: int) -> bytes:
        """Those of the one real call, counted from 0, as this call's."""
        return b"".join(ami_stream.renamed(frame, self.number, self.agent) for frame in _FRAMES[first : last + 1])


class PlayedAsterisk:
    """`agents` have a desk phone each. `redirected` is told of every customer who was moved."""

    def __init__(self, agents: Iterable[str], redirected: Callable[[PlayedCall], None]) -> None:
        self.calls: dict[str, PlayedCall] = {}
        self.refused: set[str] = set()  # channels that were to be moved when there were no more
        self.unknown: set[str] = set()  # actions that were answered without being understood
        self._agents = tuple(agents)
        self._redirected = redirected
        self._listeners: set[asyncio.StreamWriter] = set()
        self._began = time.gmtime()

    async def serve(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._session, "127.0.0.1", port)

    def say(self, events: bytes) -> None:
        """To whoever listens."""
        for listener in self._listeners:
            listener.write(events)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(BANNER)
        try:
            while True:
                self._answer(_fields(await reader.readuntil(FRAME_END)), writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._listeners.discard(writer)
            writer.close()

    def _answer(self, action: Mapping[str, str], writer: asyncio.StreamWriter) -> None:
        name = action["action"]
        if name == "Login":
            self._log_in(action, writer)
        elif name in ("PJSIPShowContacts", "CoreShowChannels", "Status"):
            writer.write(_listed(name, list(self._rows(name)), action))
        else:
            writer.write(_response(action, self._done(name, action)))

    def _log_in(self, action: Mapping[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(_response(action, {"Response": "Success", "Message": "Authentication accepted"}))
        if action["username"] == LISTENER:
            writer.write(_frame({"Event": "FullyBooted", "Privilege": "system,all", "Status": "Fully Booted"}))
            self._listeners.add(writer)

    def _done(self, name: str, action: Mapping[str, str]) -> dict[str, str]:
        """What is asked and ordered, one thing each."""
        if name == "CoreStatus":
            began = {"CoreStartupDate": _date(self._began), "CoreStartupTime": _time(self._began)}
            return {"Response": "Success", **began, "CoreCurrentCalls": str(len(self.calls))}
        if name == "ConfbridgeListRooms":
            return {"Response": "Error", "Message": "No active conferences."}
        if name in ("Setvar", "Redirect", "Getvar"):
            return self._with_channel(name, action)
        if name not in ("PJSIPNotify", "Ping", "QueueAdd", "QueuePause", "QueueRemove", "Reload"):
            self.unknown.add(name)
        return {"Response": "Success", "Ping": "Pong", "Message": "Done"}

    def _with_channel(self, name: str, action: Mapping[str, str]) -> dict[str, str]:
        call = self.calls.get(action["channel"])
        if call is None:
            self.refused.add(action["channel"])
            return {"Response": "Error", "Message": "No such channel"}
        if name == "Getvar":
            return {"Response": "Success", "Variable": action["variable"], "Value": call.at}
        if name == "Setvar":
            call.stamps |= _stamped(action["variable"], action["value"])
        else:
            call.at = action["context"]
            self._redirected(call)
            call.moved.set()
        return {"Response": "Success", "Message": "Redirect successful"}

    # ---- lists

    def _rows(self, name: str) -> Iterator[dict[str, str]]:
        """Of channels there is none when the engine begins, which is when it asks for their status."""
        if name == "PJSIPShowContacts":
            yield from self._contacts()
        elif name == "CoreShowChannels":
            yield from self._channels()

    def _contacts(self) -> Iterator[dict[str, str]]:
        for agent in self._agents:
            uri = f"sip:{agent}@127.0.0.1:5062"
            yield {"Event": "ContactList", "Uri": uri, "Aor": agent, "Endpoint": agent, "Status": "NonQualified"}

    def _channels(self) -> Iterator[dict[str, str]]:
        """For the count of what is alive: customers, and the agents they talk with."""
        for call in self.calls.values():
            seconds = int(time.monotonic() - call.began_at)
            duration = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            common = {"Event": "CoreShowChannel", "AccountCode": call.id, "Duration": duration}
            yield {**common, "Uniqueid": call.id, "Channel": ami_stream.channel(call.number)}
            if call.agent:
                yield {**common, "Uniqueid": ami_stream.agent_id(call.number)}


def _fields(frame: bytes) -> dict[str, str]:
    pairs = (line.partition(": ") for line in frame.decode().split("\r\n") if line)
    return {name.lower(): value for name, _, value in pairs}


def _frame(fields: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n"


def _response(action: Mapping[str, str], fields: dict[str, str]) -> bytes:
    word, *rest = fields.items()
    return _frame(dict([word, ("ActionID", action.get("actionid", "")), *rest]))


def _listed(name: str, rows: list[dict[str, str]], action: Mapping[str, str]) -> bytes:
    mark = {"ActionID": action.get("actionid", "")}
    begin = {"Response": "Success", **mark, "EventList": "start", "Message": "A listing follows"}
    end = {"Event": f"{name}Complete", **mark, "EventList": "Complete", "ListItems": str(len(rows))}
    return b"".join(_frame(each) for each in (begin, *({**row, **mark} for row in rows), end))


def _stamped(variable: str, value: str) -> dict[str, str]:
    names = _ARRAY.fullmatch(variable)
    return dict(zip(names[1].split(","), value.split(","), strict=True)) if names else {variable: value}


def _date(moment: time.struct_time) -> str:
    return time.strftime("%Y-%m-%d", moment)


def _time(moment: time.struct_time) -> str:
    return time.strftime("%H:%M:%S", moment)

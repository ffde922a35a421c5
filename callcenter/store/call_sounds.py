"""What of a call is on the disk: recordings of talks, messages to mailboxes. Part of `call_rows`; pure."""

from collections.abc import Callable
from typing import Any

from callcenter.calls import events as ev
from callcenter.calls.recording import LEAST_TALK_S
from callcenter.store.rows import Message, Recording


class Sounds:
    def __init__(self, call_id: str) -> None:
        self.recordings: list[Recording] = []
        self.messages: list[Message] = []
        self._call_id = call_id
        self._seq = 0

    def take(self, entry: ev.Entry) -> None:
        self._seq = entry.seq
        step = _STEPS.get(type(entry.event))
        if step:
            step(self, entry.event)

    @property
    def recording(self) -> str:
        """The state of the call's recordings as a whole: the worst of them."""
        states = {recording.state for recording in self.recordings}
        return next((state for state in ("missing", "expected", "stored") if state in states), "none")

    # ---- recordings

    def expected(self, event: ev.RecordingExpected) -> None:
        if not self._recording(event.file):
            self._add_recording(event.file, "expected", event.at)

    def stored(self, event: ev.RecordingStored) -> None:
        """What is found in the end counts, even when it had been given up or was never expected."""
        recording = self._recording(event.file) or self._add_recording(event.file, "expected", event.at)
        recording.file, recording.state, recording.settled_at = event.file, "stored", event.at
        recording.duration_s, recording.bytes, recording.sha256 = event.duration_s, event.bytes, event.sha256

    def missing(self, event: ev.RecordingMissing) -> None:
        recording = self._recording(event.file) or self._add_recording(event.file, "expected", event.at)
        if recording.state == "expected":
            recording.state, recording.settled_at = "missing", event.at

    def talked(self, talk_s: float) -> None:
        """How long the call's talks were in all: of what was too short for a sound nothing is missing."""
        for recording in self.recordings:
            if recording.state == "missing" and talk_s < LEAST_TALK_S:
                recording.state = "none"

    def _recording(self, file: str) -> Recording | None:
        """The row a file belongs to: the raw one and the finished one bear the same stem."""
        by_stem = (r for r in self.recordings if _stem(r.file) == _stem(file))
        return next(by_stem, None) or next((r for r in self.recordings if not file), None)

    def _add_recording(self, file: str, state: str, at: float) -> Recording:
        recording = Recording(call_id=self._call_id, seq=self._seq, file=file, state=state, expected_at=at)
        self.recordings.append(recording)
        return recording

    # ---- messages

    def message_began(self, event: ev.MessageBegan) -> None:
        message = self._message(event.file)
        if message is None:
            message = self._add_message(event.mailbox, event.file, event.at)
            message.queue = event.queue
        elif message.state == "discarded":  # and now there is another one
            message.state, message.mailbox, message.left_at = "recording", event.mailbox, event.at

    def message_left(self, event: ev.MessageLeft) -> None:
        message = self._message(event.file) or self._add_message(event.mailbox, event.file, event.at)
        if message.state == "discarded":
            return
        message.file, message.state, message.settled_at = event.file, "left", event.at
        message.duration_s, message.bytes, message.sha256 = event.duration_s, event.bytes, event.sha256

    def message_missing(self, event: ev.MessageMissing) -> None:
        message = self._message(event.file) or self._add_message(event.mailbox, event.file, event.at)
        if message.state == "recording":
            message.state, message.settled_at = "missing", event.at

    def message_reviewed(self, event: ev.MessageReviewed) -> None:
        """A message that was discarded stays so, whatever is found of it."""
        for message in self.messages if event.choice == "discard" else ():
            message.state, message.settled_at = "discarded", event.at

    def _message(self, file: str) -> Message | None:
        by_stem = (message for message in self.messages if _stem(message.file) == _stem(file))
        return next(by_stem, None) or next((message for message in self.messages if not file), None)

    def _add_message(self, mailbox: str, file: str, at: float) -> Message:
        message = Message(call_id=self._call_id, seq=self._seq, mailbox=mailbox, file=file, left_at=at)
        self.messages.append(message)
        return message


def _stem(file: str) -> str:
    """`2026/11/21/one-1.2.wav` and `one-1.2.raw` are the same recording, `one-1.2` is its name."""
    name, dot, ending = file.rpartition("/")[2].rpartition(".")
    return name if dot and ending.isalpha() else name + dot + ending


_STEPS: dict[type, Callable[[Sounds, Any], None]] = {
    ev.RecordingExpected: Sounds.expected,
    ev.RecordingStored: Sounds.stored,
    ev.RecordingMissing: Sounds.missing,
    ev.MessageBegan: Sounds.message_began,
    ev.MessageReviewed: Sounds.message_reviewed,
    ev.MessageLeft: Sounds.message_left,
    ev.MessageMissing: Sounds.message_missing,
}

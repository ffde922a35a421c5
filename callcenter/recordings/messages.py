"""What callers said to a mailbox: kept when somebody spoke, or reported as nothing."""

from array import array
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from callcenter.calls.signals import MessageSeen, RecordingSeen
from callcenter.recordings.conversion import SAMPLE_BYTES, SAMPLES_PER_S, Converted, convert, described
from callcenter.recordings.keeper import WORKSHOP, Keeper, Patience
from callcenter.recordings.naming import MESSAGES, message_name, raw_name

# A line is never quite silent; a voice, even a soft one, is far above.
LOUD = 160  # mean of the samples' distance from zero, of 32,767: about 44 dB below full scale
_BLOCK_SAMPLES = SAMPLES_PER_S // 10
SOUND_LEAST_S = 1.0


class MessageKeeper(Keeper):
    """Files of `raw_folder` become `folder`/messages/YYYY/MM/DD/<interaction>.wav, one channel, 8 kHz, uncut.

    As for recordings, whatever dies in between nothing is lost, a full disk is waited out, and a message left while
    nobody listened is found by `watch` or `adopt`; `mailbox_of` then tells whose it is (empty: not known).
    """

    kind = "message"
    frame_bytes = SAMPLE_BYTES

    def __init__(
        self,
        raw_folder: Path,
        folder: Path,
        tell: Callable[[RecordingSeen | MessageSeen], None],
        live: Callable[[], set[str]],
        clock: Callable[[], float],
        patience: Patience | None = None,
        mailbox_of: Callable[[str], str] = lambda _: "",
    ) -> None:
        super().__init__(raw_folder, folder, tell, live, clock, patience)
        self._mailbox_of = mailbox_of
        self._mailboxes: dict[str, str] = {}

    async def keep_message(self, interaction: str, mailbox: str) -> None:
        """After the call in which a message began has ended. As `keep`: returns when it was told, tries until then.

        Nothing there, or less than a second of sound: `file` is empty, and what there is is removed. A message that
        an earlier run kept is told of again. Raises BadInteractionId.
        """
        raw_name(interaction)
        self._mailboxes[interaction] = mailbox
        try:
            await self.keep(interaction)
        finally:
            self._mailboxes.pop(interaction, None)

    def discard(self, interaction: str) -> None:
        """What the caller does not want to have said. Raises BadInteractionId."""
        (self._raw_folder / raw_name(interaction)).unlink(missing_ok=True)

    def _file(self, interaction: str) -> PurePosixPath:
        return message_name(interaction)

    def _workshop(self) -> Path:
        return self._folder / MESSAGES / WORKSHOP

    def _joined_size(self, interaction: str, watched_s: float) -> tuple[int, float]:
        return self._raw_size(interaction, watched_s)

    def _made(self, raw: Path, wav: Path) -> Converted | None:
        """Converted first: that looks at what kind of file it is, and reads no link."""
        converted = convert(raw, wav, self._workshop(), channels=1)
        if sound_s(raw) >= SOUND_LEAST_S:
            return converted
        wav.unlink(missing_ok=True)
        return None

    def _described(self, wav: Path) -> Converted | None:
        return described(wav, channels=1)

    def _seen(self, interaction: str, converted: Converted | None) -> MessageSeen:
        mailbox = self._mailboxes.get(interaction) or self._mailbox_of(interaction)
        if converted is None:
            return MessageSeen(at=self._clock(), interaction=interaction, mailbox=mailbox)
        return MessageSeen(
            at=self._clock(),
            interaction=interaction,
            mailbox=mailbox,
            file=str(self._file(interaction)),
            duration_s=converted.duration_s,
            bytes=converted.bytes,
            sha256=converted.sha256,
        )


def sound_s(raw: Path) -> float:
    """For how long something louder than a quiet line is in the file, in whole tenths of a second."""
    loud, block_bytes = 0, _BLOCK_SAMPLES * SAMPLE_BYTES
    with raw.open("rb") as file:
        while len(block := file.read(block_bytes)) == block_bytes:
            loud += sum(map(abs, array("h", block))) > LOUD * _BLOCK_SAMPLES
    return loud / 10

"""What a call's recording is called, before and after conversion. The call's id decides alone, so that a second
attempt, even years later and after a change of the centre's zone, finds the same file."""

import re
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

RAW = ".raw"
SIDES = ("caller", "agent")
_ID = re.compile(r"(?:[a-z][a-z0-9_-]{0,31}-)?([0-9]{1,11})\.[0-9]{1,10}(?:cb[0-9]{1,9}-[0-9]{1,9}){0,8}", re.ASCII)
_OUT = re.compile(r"out[0-9]{3,6}-([0-9]{1,11})[0-9]{3}", re.ASCII)  # begun by an agent, at that millisecond
_FORMS = re.compile(r"\.(wav|mp3|flac|opus)(~\w{1,16})?(\.sealed)?$", re.ASCII)
# Begun at a provider: nothing in it tells when.
_HOSTED = re.compile(r"tw-([0-9a-f]{2})[0-9a-f]{30}(?:cb[0-9]{1,9}-[0-9]{1,9}){0,8}", re.ASCII)
_ALLOWED = (
    "an Asterisk unique id such as cc1-1767225600.42, of a call back cc1-1767225600.42cb1-1, "
    "of a call out out8001-1767225600123, of Twilio's tw-, 32 hexadecimals"
)
MESSAGES = "messages"


class BadInteractionId(ValueError):
    """Not an id that a channel can have: nothing on disk is named after it."""

    def __init__(self, interaction: str) -> None:
        super().__init__(f"interaction {interaction[:80]!r} is not allowed; allowed: {_ALLOWED}")


def raw_name(interaction: str) -> str:
    """`cc1-1767225600.42.raw`; raises BadInteractionId."""
    _folder(interaction)
    return interaction + RAW


def side_names(interaction: str) -> tuple[str, ...]:
    """`cc1-1767225600.42-caller.raw` and `…-agent.raw`, as Asterisk writes them; raises BadInteractionId."""
    _folder(interaction)
    return tuple(f"{interaction}-{side}{RAW}" for side in SIDES)


def wav_name(interaction: str) -> PurePosixPath:
    """`2026/01/01/cc1-1767225600.42.wav`, by the UTC day on which the call came in; of Twilio's by the
    beginning of the id. Raises BadInteractionId."""
    return PurePosixPath(_folder(interaction), f"{interaction}.wav")


def message_name(interaction: str) -> PurePosixPath:
    """`messages/2026/01/01/cc1-1767225600.42.wav`, what the caller left; raises BadInteractionId."""
    return MESSAGES / wav_name(interaction)


def interaction_of(raw: Path) -> str:
    """The call a raw file or one side of it belongs to; raises BadInteractionId."""
    if raw.suffix != RAW:
        raise BadInteractionId(raw.name)
    stem, dash, side = raw.stem.rpartition("-")
    interaction = stem if dash and side in SIDES else raw.stem
    _folder(interaction)
    return interaction


def call_of(name: str) -> str:
    """The call a finished recording is of, whatever was done to it: `2026/01/01/cc1-1767225600.42.mp3~k2.sealed` is
    of `cc1-1767225600.42`. Raises BadInteractionId."""
    interaction = _FORMS.sub("", PurePosixPath(name).name)
    _folder(interaction)
    return interaction


def format_of(name: str) -> str:
    """wav, mp3, flac or opus; empty for another."""
    found = _FORMS.search(name)
    return found[1] if found else ""


def _folder(interaction: str) -> str:
    """Raises BadInteractionId."""
    if hosted := _HOSTED.fullmatch(interaction):
        return f"twilio/{hosted[1]}"
    return f"{began_at(interaction):%Y/%m/%d}"


def began_at(interaction: str) -> datetime:
    """When the call came in, to the second; raises BadInteractionId, also where the id does not tell."""
    found = _ID.fullmatch(interaction) or _OUT.fullmatch(interaction)
    if not found:
        raise BadInteractionId(interaction)
    return datetime.fromtimestamp(int(found[1]), UTC)

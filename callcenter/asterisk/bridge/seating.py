"""Where the legs of a call of several parties sit -> moves, with every value checked before it goes to Asterisk."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from callcenter.asterisk.bridge.lines import NO_TRUNK, OUTSIDE, Line, shown
from callcenter.asterisk.bridge.moves import Move
from callcenter.asterisk.bridge.orders import CHANNEL, NAME, checked, prompt_file, ring_seconds
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.calls.commands import GiveAway, Seat, Seats, Spy
from callcenter.calls.languages import Prompt

Stamps = Callable[[], Awaitable[Mapping[str, str]]]
PROMPTS_MOST = 8


def seats_move(command: Seats, sounds: Sounds) -> Move:
    """One leg, or two in the same breath."""
    channels = {seat.channel for seat in command.seats}
    if not 1 <= len(command.seats) == len(channels) <= 2:
        raise ValueError(f"seats are {len(command.seats)} of {len(channels)} legs; allowed: one leg, or two")
    first, *second = (_seat_move(seat, command.play, sounds) for seat in command.seats)
    return replace(first, beside=second[0]) if second else first


def _seat_move(seat: Seat, play: tuple[Prompt, ...], sounds: Sounds) -> Move:
    channel = checked("channel", CHANNEL, seat.channel)
    return Move(channel, seat.at, _heard(play, sounds) if seat.at == "held" else _just({}), again=True)


def _heard(play: tuple[Prompt, ...], sounds: Sounds) -> Stamps:
    async def stamps() -> Mapping[str, str]:
        files = [await prompt_file("play", prompt, sounds) for prompt in play[:PROMPTS_MOST]]
        return {"CC_PLAY": "&".join(file for file in files if file)}

    return stamps


def away_move(command: GiveAway, line: Line | None, sounds: Sounds | None = None) -> Move:
    """Without such a trunk the customer hears of it as of a number that is not to be had. `sounds` are for `play`."""
    channel = checked("channel", CHANNEL, command.channel)
    if bool(command.queue) == bool(command.number):
        raise ValueError("queue and number are both given, or neither; allowed: one of them")
    if command.queue:
        queue = checked("queue", NAME, command.queue)
        return Move(channel, "wait", _just({"CC_QUEUE": queue, "CC_ENTRY": f"{command.queued_at:.3f}"}), again=True)
    line = line or Line(NO_TRUNK)
    stamps = {
        "CC_OUTSIDE": checked("number", OUTSIDE, command.number),
        "CC_LINE": checked("trunk", NAME, line.name),
        "CC_SHOWN": shown(command.as_number, line),
        "CC_RING": ring_seconds(command.ring_s),
    }
    return Move(channel, "outside", _also_heard(stamps, command.play, sounds), again=True)


def _also_heard(stamps: Mapping[str, str], play: tuple[Prompt, ...], sounds: Sounds | None) -> Stamps:
    if not play or sounds is None:
        return _just(stamps)
    heard = _heard(play, sounds)

    async def all_stamps() -> Mapping[str, str]:
        return {**stamps, **await heard()}

    return all_stamps


def spy_move(command: Spy) -> Move:
    """Who barges in is in the room like everybody else."""
    channel = checked("channel", CHANNEL, command.channel)
    if command.mode == "barge":
        return Move(channel, "room", _just({}), again=True)
    spied = checked("spied", CHANNEL, command.spied)
    return Move(channel, "spy", _just({"CC_SPIED": spied, "CC_MODE": command.mode}), again=True)


def _just(stamps: Mapping[str, str]) -> Stamps:
    async def given() -> Mapping[str, str]:
        return stamps

    return given

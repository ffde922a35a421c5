"""The sentences of the engine itself. Numbers in them are in words: a synthetic voice guesses at figures.

Chinese telephone habit: digits of work and telephone numbers are read one by one, 1 as yāo (幺);
counted things take 两 for 2.
"""

from typing import Literal

from callcenter.calls.languages import Language, Prompt, Text
from callcenter.ivr import pieces
from callcenter.ivr.numerals import cardinal, counted
from callcenter.ivr.phrases import (
    agent_away,
    agent_lost,
    blocked,
    callback_failed,
    callback_unnumbered,
    calling_out,
    closed,
    goodbye,
    keep_waiting,
    leave_message,
    message_again,
    message_discarded,
    message_review,
    message_saved,
    next_in_line,
    nobody_available,
    nobody_here,
    phrases,
    queue_full,
    too_long,
    transfer_failed,
    transferring,
    try_later,
)
from callcenter.ivr.pieces import composed
from callcenter.ivr.ranges import said as range_said
from callcenter.ivr.spoken_values import spelled
from callcenter.ivr.spoken_values import telephone as grouped

Greeting = Literal["", "busy", "away"]
"""When a mailbox's greeting is heard: where there is no other; while its owner is in a call; while nobody is in."""

GREETINGS: tuple[Greeting, ...] = ("", "busy", "away")
WHEN = "."  # between the name of a greeting and when it is heard

__all__ = [
    "GREETINGS",
    "MAX_MESSAGES",
    "MAX_POSITION",
    "WHEN",
    "Greeting",
    "agent_away",
    "agent_lost",
    "blocked",
    "callback_failed",
    "callback_greeting",
    "callback_hint",
    "calling_out",
    "closed",
    "consult_hint",
    "digits",
    "goodbye",
    "greeting_name",
    "keep_waiting",
    "mailbox_counts",
    "mailbox_greeting",
    "message_again",
    "message_discarded",
    "message_review",
    "message_saved",
    "nobody_available",
    "nobody_here",
    "phrases",
    "position",
    "queue_full",
    "telephone",
    "text",
    "too_long",
    "transfer_failed",
    "transferring",
    "try_later",
    "voicemail_greeting",
    "wait_range",
    "whisper",
    "work_number",
]

MAX_MESSAGES = 100  # that are gone through, and counted, in one call to a mailbox
MAX_POSITION = 100  # from there on the number says little and costs a rendering each


def text(said: Text, language: Language) -> Prompt:
    """A text of the centre: announcements, greetings, what destinations say."""
    return Prompt(language, said.in_(language))


def work_number(agent_id: str, language: Language, notice: Text | None = None) -> Prompt:
    """What the caller hears as the talk begins. Anything but digits in `agent_id` is left out.

    `notice`: said after it, in the same breath: nothing else can be played to callers at that moment.
    """
    said = composed(["agent", *spelled([_figures(agent_id)], language), ",", "at_service"], language)
    if notice is None:
        return said
    space = "" if language == "zh-CN" else " "
    return Prompt(language, f"{said.text}{space}{notice.in_(language)}")


def position(n_ahead: int, language: Language) -> Prompt:
    """How many callers are ahead of this one in the queue (0: next)."""
    if n_ahead <= 0:
        return next_in_line(language)
    if n_ahead == 1 and language == "en":
        return composed(["ahead_one"], language)
    return composed(["ahead", *_ahead(n_ahead, language), "ahead_rest"], language)


def wait_range(low_s: float, high_s: float, language: Language) -> Prompt:
    """How long the caller will still wait: "about two to four minutes". The range said holds the one given."""
    return composed(["wait", *range_said(low_s, high_s, language), "."], language)


def whisper(said: Text, language: Language) -> Prompt:
    """What the agent hears before the talk."""
    return text(said, language)


def voicemail_greeting(name: Text | None, language: Language) -> Prompt:
    """Before the tone. `name`: the queue's or the agent's; None: the mailbox is not named."""
    if name is None:
        return leave_message(language)
    if language == "zh-CN":
        return Prompt(language, f"您好，这里是{name.zh}的留言信箱。{leave_message.text.zh}")
    return Prompt(language, f"You have reached the mailbox of {name.en}. {leave_message.text.en}")


def person(name: str) -> Text:
    """An agent's name, which is the same in every language."""
    return Text(name, name)


def mailbox_greeting(
    mailbox: str, own: Text | None, name: Text | None, language: Language, when: Greeting = ""
) -> Prompt:
    """Of a queue's or an agent's mailbox: a recording called greeting_<mailbox> where there is one, else its `own`
    text, else one that names it. With `when` one called greeting_<mailbox>.<when> comes before these."""
    said = text(own, language) if own else voicemail_greeting(name, language)
    return Prompt(language, said.text, greeting_name(mailbox, when))


def greeting_name(mailbox: str, when: Greeting = "") -> str:
    """Of the recorded prompt."""
    return f"greeting_{mailbox}{WHEN}{when}" if when else f"greeting_{mailbox}"


def mailbox_counts(new: int, heard: int, language: Language) -> Prompt:
    """How many messages there are, to whoever listens to them; nothing is said of a kind of which there is none."""
    told = [_messages(kind, n, language) for kind, n in (("new", new), ("heard", heard)) if n]
    first, *rest = told or [_messages("new", 0, language)]
    between = "," if language == "zh-CN" else "and"
    return composed(["you_have", *first, *(id_ for one in rest for id_ in (between, *one)), "."], language)


def callback_greeting(name: Text, language: Language) -> Prompt:
    """What a customer hears who answers a callback. `name`: the queue's."""
    if language == "zh-CN":
        return Prompt(language, f"您好，这里是{name.zh}，您之前预约了回电，正在为您接通，请稍候。")
    return Prompt(
        language, f"Hello, this is {name.en}. You asked us to call you back. We are connecting you now, please hold."
    )


def callback_hint(called: str, language: Language) -> Prompt:
    """What the agent hears before a callback: the number's last four digits, none when it is empty."""
    tail = _figures(called[-4:])
    if tail:
        return composed(["callback_tail", *spelled([tail], language), "."], language)
    return callback_unnumbered(language)


def consult_hint(agent_id: str, language: Language) -> Prompt:
    """What somebody hears whom an agent asks into a call. Anything but digits in `agent_id` is left out."""
    return composed(["agent", *spelled([_figures(agent_id)], language), "asks_help"], language)


def telephone(called: str, language: Language, country: str) -> tuple[Prompt, ...]:
    """A telephone number digit by digit, with a rest after each of its groups. Empty when there is no digit in it.

    All of `digits` are rendered beforehand, so that no number needs a voice during a call.
    """
    said = grouped(called, language, country)
    return (said,) if said else ()


def digits(language: Language) -> tuple[Prompt, ...]:
    """All that telephone numbers are made of."""
    return tuple(pieces.piece(f"{place}{digit}", language) for place in "de" for digit in "0123456789")


def _messages(kind: str, n: int, language: Language) -> list[str]:
    """两条新留言, one new message."""
    one = n == 1 and language == "en"
    return [*counted(n, language), f"{kind}_message" if one else f"{kind}_messages"]


def _ahead(n: int, language: Language) -> list[str]:
    if n <= MAX_POSITION:
        return counted(n, language)
    most = cardinal(MAX_POSITION, language)
    return [*most, "ahead_many"] if language == "zh-CN" else ["ahead_many", *most]


def _figures(number: str) -> str:
    return "".join(char for char in number if char in "0123456789")

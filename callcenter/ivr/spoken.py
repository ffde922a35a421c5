"""What is said about numbers, in words: a synthetic voice reads words right where it guesses at figures.

Chinese telephone habit: digits of work and telephone numbers are read one by one, 1 as yāo (幺);
counted things take 两 for 2.
"""

from callcenter.calls.languages import Language, Prompt, Text
from callcenter.ivr.numerals import counted_zh, digits_en, digits_zh, number_en, number_zh
from callcenter.ivr.phrases import (
    agent_away,
    agent_lost,
    blocked,
    callback_failed,
    calling_out,
    closed,
    goodbye,
    keep_waiting,
    leave_message,
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
from callcenter.ivr.ranges import in_words
from callcenter.ivr.telephone import groups

__all__ = [
    "MAX_POSITION",
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
    "duration",
    "goodbye",
    "keep_waiting",
    "message_saved",
    "nobody_available",
    "nobody_here",
    "number",
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

MAX_POSITION = 100  # from there on the number says little and costs a rendering each


def text(said: Text, language: Language) -> Prompt:
    """A text of the centre: announcements, greetings, what destinations say."""
    return Prompt(language, said.in_(language))


def work_number(agent_id: str, language: Language) -> Prompt:
    """What the caller hears as the talk begins. Anything but digits in `agent_id` is left out."""
    if language == "zh-CN":
        return Prompt(language, f"工号{digits_zh(agent_id)}，为您服务。")
    return Prompt(language, f"Agent {digits_en(agent_id)}, at your service.")


def position(n_ahead: int, language: Language) -> Prompt:
    """How many callers are ahead of this one in the queue (0: next)."""
    if n_ahead <= 0:
        return next_in_line(language)
    if language == "zh-CN":
        return Prompt(language, f"您前面还有{_ahead_zh(n_ahead)}位客户在等候，请不要挂机，我们会尽快为您接通。")
    return Prompt(language, f"There {_ahead_en(n_ahead)} ahead of you. Please stay on the line.")


def wait_range(low_s: float, high_s: float, language: Language) -> Prompt:
    """How long the caller will still wait: "about two to four minutes". The range said holds the one given."""
    if language == "zh-CN":
        return Prompt(language, f"预计等候时间{in_words(low_s, high_s, language)}。")
    return Prompt(language, f"Your expected wait is {in_words(low_s, high_s, language)}.")


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


def callback_greeting(name: Text, language: Language) -> Prompt:
    """What a customer hears who answers a callback. `name`: the queue's."""
    if language == "zh-CN":
        return Prompt(language, f"您好，这里是{name.zh}，您之前预约了回电，正在为您接通，请稍候。")
    return Prompt(
        language, f"Hello, this is {name.en}. You asked us to call you back. We are connecting you now, please hold."
    )


def callback_hint(called: str, language: Language) -> Prompt:
    """What the agent hears before a callback: the number's last four digits, none when it is empty."""
    tail = called[-4:]
    if language == "zh-CN":
        return Prompt(language, f"回电客户，尾号{digits_zh(tail)}。" if tail else "回电客户。")
    return Prompt(language, f"Callback, number ending in {digits_en(tail)}." if tail else "Callback.")


def consult_hint(agent_id: str, language: Language) -> Prompt:
    """What somebody hears whom an agent asks into a call. Anything but digits in `agent_id` is left out."""
    if language == "zh-CN":
        return Prompt(language, f"工号{digits_zh(agent_id)}请您协助。")
    return Prompt(language, f"Agent {digits_en(agent_id)} asks for your help.")


def number(n: int, language: Language) -> str:
    """0 to 99,999,999 in words; ValueError outside."""
    return number_zh(n) if language == "zh-CN" else number_en(n)


def telephone(called: str, language: Language, country: str) -> tuple[Prompt, ...]:
    """A telephone number digit by digit, with a rest after each of its groups.

    One prompt a digit: all of `digits` are rendered beforehand, so that no number needs a voice during a call.
    """
    return tuple(
        _digit(digit, language, last=at == len(group) - 1)
        for group in groups(called, country)
        for at, digit in enumerate(group)
    )


def digits(language: Language) -> tuple[Prompt, ...]:
    """All that telephone numbers are made of."""
    return tuple(_digit(digit, language, last) for last in (False, True) for digit in "0123456789")


def duration(seconds: float, language: Language) -> str:
    """Hours, minutes and seconds in words; from an hour on without the seconds. Below 0 counts as 0."""
    total = max(0, round(seconds))
    hours, minutes, rest = total // 3600, total % 3600 // 60, total % 60
    parts = [(hours, 0), (minutes, 1)] if hours else [(minutes, 1), (rest, 2)]
    said = [_measure(n, unit, language) for n, unit in parts if n] or [_measure(0, 2, language)]
    return "".join(said) if language == "zh-CN" else " ".join(said)


_UNITS_ZH = ("小时", "分钟", "秒")
_UNITS_EN = ("hour", "minute", "second")


def _digit(digit: str, language: Language, last: bool) -> Prompt:
    """The mark behind it makes the voice rest: shortly within a group, longer at its end."""
    mark = ("。" if last else "，") if language == "zh-CN" else ("." if last else ",")
    return Prompt(language, (digits_zh(digit) if language == "zh-CN" else digits_en(digit)) + mark)


def _ahead_zh(n: int) -> str:
    return counted_zh(n) if n <= MAX_POSITION else f"{counted_zh(MAX_POSITION)}多"


def _ahead_en(n: int) -> str:
    if n == 1:
        return "is one caller"
    count = number_en(n) if n <= MAX_POSITION else f"more than {number_en(MAX_POSITION)}"
    return f"are {count} callers"


def _measure(n: int, unit: int, language: Language) -> str:
    if language == "zh-CN":
        return counted_zh(n) + _UNITS_ZH[unit]
    return f"{number_en(n)} {_UNITS_EN[unit]}{'' if n == 1 else 's'}"

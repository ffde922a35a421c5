"""What is said about numbers, in words: a synthetic voice reads words right where it guesses at figures.

Chinese telephone habit: digits of work and telephone numbers are read one by one, 1 as yāo (幺);
counted things take 两 for 2.
"""

from callcenter.calls.languages import Language, Prompt, Text
from callcenter.ivr.numerals import counted_zh, digits_en, digits_zh, number_en, number_zh

__all__ = [
    "MAX_POSITION",
    "agent_lost",
    "duration",
    "goodbye",
    "nobody_here",
    "number",
    "phrases",
    "position",
    "telephone",
    "too_long",
    "try_later",
    "whisper",
    "work_number",
]

MAX_POSITION = 100  # from there on the number says little and costs a rendering each


def work_number(agent_id: str, language: Language) -> Prompt:
    """What the caller hears as the talk begins. Anything but digits in `agent_id` is left out."""
    if language == "zh-CN":
        return Prompt(language, f"工号{digits_zh(agent_id)}，为您服务。")
    return Prompt(language, f"Agent {digits_en(agent_id)}, at your service.")


def position(n_ahead: int, language: Language) -> Prompt:
    """How many callers are ahead of this one in the queue (0: next)."""
    if n_ahead <= 0:
        return Prompt(language, _NEXT.in_(language))
    if language == "zh-CN":
        return Prompt(language, f"您前面还有{_ahead_zh(n_ahead)}位客户在等候，请不要挂机，我们会尽快为您接通。")
    return Prompt(language, f"There {_ahead_en(n_ahead)} ahead of you. Please stay on the line.")


def whisper(text: Text, language: Language) -> Prompt:
    """What the agent hears before the talk."""
    return Prompt(language, text.in_(language))


def number(n: int, language: Language) -> str:
    """0 to 99,999,999 in words; ValueError outside."""
    return number_zh(n) if language == "zh-CN" else number_en(n)


def telephone(digits: str, language: Language) -> str:
    """A telephone number one digit at a time; a Chinese mobile number in groups of 3, 4 and 4, without 86."""
    groups = _groups("".join(char for char in digits if char.isascii() and char.isdigit()))
    return "，".join(map(digits_zh, groups)) if language == "zh-CN" else ", ".join(map(digits_en, groups))


def duration(seconds: float, language: Language) -> str:
    """Hours, minutes and seconds in words; from an hour on without the seconds. Below 0 counts as 0."""
    total = max(0, round(seconds))
    hours, minutes, rest = total // 3600, total % 3600 // 60, total % 60
    parts = [(hours, 0), (minutes, 1)] if hours else [(minutes, 1), (rest, 2)]
    said = [_measure(n, unit, language) for n, unit in parts if n] or [_measure(0, 2, language)]
    return "".join(said) if language == "zh-CN" else " ".join(said)


def goodbye(language: Language) -> Prompt:
    return Prompt(language, _GOODBYE.in_(language))


def try_later(language: Language) -> Prompt:
    """Something is wrong on our side."""
    return Prompt(language, _TRY_LATER.in_(language))


def agent_lost(language: Language) -> Prompt:
    """The agent's line broke in mid-talk and the caller waits for another."""
    return Prompt(language, _AGENT_LOST.in_(language))


def nobody_here(language: Language) -> Prompt:
    """No agent of the queue is signed in."""
    return Prompt(language, _NOBODY_HERE.in_(language))


def too_long(language: Language) -> Prompt:
    """The queue's longest wait is over; the call ends after this."""
    return Prompt(language, _TOO_LONG.in_(language))


def phrases(language: Language) -> tuple[Prompt, ...]:
    """All of the fixed ones."""
    return tuple(make(language) for make in (goodbye, try_later, agent_lost, nobody_here, too_long))


_AGENT_LOST = Text(
    zh="抱歉，通话意外中断，请不要挂机，我们马上为您接通其他客服人员。",
    en="We are sorry, the line to our agent was interrupted. Please hold, we are connecting you again.",
)
_NOBODY_HERE = Text(
    zh="非常抱歉，目前没有客服人员在线。您可以继续等候，或稍后再拨。",
    en="We are sorry, none of our agents is available at the moment. You may hold, or call again later.",
)
_TOO_LONG = Text(
    zh="非常抱歉，让您久等了，目前客服人员全忙，请稍后再拨。再见。",
    en="We are sorry to have kept you waiting. All our agents are still busy. Please call again later. Goodbye.",
)
_NEXT = Text(
    zh="您是下一位，请不要挂机，我们马上为您接通。",
    en="You are next in line. Please stay on the line.",
)
_GOODBYE = Text(zh="感谢您的来电，再见。", en="Thank you for calling. Goodbye.")
_TRY_LATER = Text(
    zh="非常抱歉，系统暂时无法为您服务，请稍后再拨。",
    en="We are sorry, we cannot help you at the moment. Please call again later.",
)
_UNITS_ZH = ("小时", "分钟", "秒")
_UNITS_EN = ("hour", "minute", "second")


def _ahead_zh(n: int) -> str:
    return counted_zh(n) if n <= MAX_POSITION else f"{counted_zh(MAX_POSITION)}多"


def _ahead_en(n: int) -> str:
    if n == 1:
        return "is one caller"
    count = number_en(n) if n <= MAX_POSITION else f"more than {number_en(MAX_POSITION)}"
    return f"are {count} callers"


def _groups(digits: str) -> list[str]:
    if len(digits) == 13 and digits.startswith("861"):
        return _groups(digits[2:])
    if len(digits) == 11 and digits.startswith("1"):
        return [digits[:3], digits[3:7], digits[7:]]
    return [digits] if digits else []


def _measure(n: int, unit: int, language: Language) -> str:
    if language == "zh-CN":
        return counted_zh(n) + _UNITS_ZH[unit]
    return f"{number_en(n)} {_UNITS_EN[unit]}{'' if n == 1 else 's'}"

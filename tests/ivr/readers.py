"""Readers of what is said, written apart from what says it: each gives the value back that it hears."""

import re
from datetime import date, time
from decimal import Decimal

ZH_DIGITS = {**{char: value for value, char in enumerate("零一二三四五六七八九")}, "两": 2, "幺": 1}
_EN_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
EN_VALUES = {word: value for value, word in enumerate(_EN_WORDS.split())} | {
    word: 10 * tens for tens, word in enumerate(_TENS, start=2)
}
EN_SIZES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "quadrillion": 10**15}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]
_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def read_zh(said: str) -> int:
    for unit, size in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        before, found, after = said.rpartition(unit)
        if found:
            return (read_zh(before) if before.strip("零") else 1) * size + (read_zh(after) if after else 0)
    digits = said.lstrip("零") if len(said) > 1 else said
    assert len(digits) == 1, said
    return ZH_DIGITS[digits]


def read_en(said: str) -> int:
    total = section = 0
    for word in re.split(r"[ -]", said):
        if word in EN_VALUES:
            section += EN_VALUES[word]
        elif word == "hundred":
            section *= 100
        elif word in EN_SIZES:
            total, section = total + section * EN_SIZES[word], 0
        else:
            assert word == "and", said
    return total + section


def read_digits_zh(said: str) -> str:
    return "".join(str(ZH_DIGITS[char]) for char in said)


def read_digits_en(said: str) -> str:
    return "".join(str(EN_VALUES[word]) for word in said.split())


def read_ordinal_en(said: str) -> int:
    """The ending taken off the last word."""
    *before, last = re.split(r"(?<=[ -])", said)
    if last in _ORDINALS:
        plain = next(word for word, value in EN_VALUES.items() if value == _ORDINALS[last])
    elif last.endswith("ieth"):
        plain = last.removesuffix("ieth") + "y"
    else:
        plain = last.removesuffix("th")
    return read_en("".join([*before, plain]))


def read_decimal(said: str) -> Decimal:
    """In either language."""
    minus = said.startswith(("负", "minus "))
    plain = said.removeprefix("负").removeprefix("minus ")
    zh = not plain.isascii()
    whole, _, places = plain.partition("点" if zh else " point ")
    read = f"{read_zh(whole) if zh else read_en(whole)}." + (read_digits_zh(places) if zh else read_digits_en(places))
    return Decimal(read) * (-1 if minus else 1)


def read_day_zh(said: str) -> date:
    found = re.fullmatch("(.+)年(.+)月([^日]+)日(星期(.))?", said)
    assert found, said
    day = date(int(read_digits_zh(found[1])), read_zh(found[2]), read_zh(found[3]))
    assert not found[5] or "一二三四五六日"[day.weekday()] == found[5]
    return day


def read_day_en(said: str) -> date:
    found = re.fullmatch(r"(?:(\w+day), )?(\w+) ([\w-]+), (.+)", said)
    assert found, said
    day = date(_year_en(found[4]), _MONTHS.index(found[2]) + 1, read_ordinal_en(found[3]))
    assert not found[1] or _NAMES[day.weekday()] == found[1]
    return day


def _year_en(said: str) -> int:
    if "thousand" in said:
        return read_en(said)
    first, _, rest = said.partition(" ")
    if not rest or ("hundred" in said and rest != "hundred") or read_en(first) < 10:
        return read_en(said)
    return read_en(first) * 100 + (0 if rest == "hundred" else read_en(rest.removeprefix("oh ")))


def read_time_zh(said: str) -> time:
    found = re.fullmatch("(凌晨|上午|中午|下午|晚上)(.+)点(整|(.+)分)", said)
    assert found, said
    hour = read_zh(found[2]) + (12 if found[1] in ("下午", "晚上") else 0)
    return time(hour, read_zh(found[4]) if found[4] else 0)


def read_time_en(said: str) -> time:
    *words, half = said.split()
    hour = EN_VALUES[words[0]]
    if half in ("noon", "midnight"):
        return time(12 if half == "noon" else 0)
    minute = read_en(" ".join(words[1:]).removeprefix("oh ")) if words[1:] else 0
    return time(hour % 12 + (12 if half == "p.m." else 0), minute)


def read_yuan(said: str) -> Decimal:
    found = re.fullmatch("(负)?(?:(.+)元)?(?:(.)角)?(?:(零?.)分)?", said)
    assert found, said
    units, jiao, fen = (read_zh(part) if part else 0 for part in found.groups()[1:])
    assert ("零" in (found[4] or "")) == bool(found[2] and not found[3] and found[4]), said
    return (units + Decimal(jiao) / 10 + Decimal(fen) / 100) * (-1 if found[1] else 1)


def read_dollars(said: str) -> Decimal:
    found = re.fullmatch(r"(minus )?(?:(.+?) (dollars?))?(?:(?: and )?([a-z-]+) (cents?))?", said)
    assert found, said
    units, cents = (read_en(part) if part else 0 for part in (found[2], found[4]))
    assert (found[3] or "dollars") == ("dollar" if units == 1 else "dollars")
    assert (found[5] or "cents") == ("cent" if cents == 1 else "cents")
    return (units + Decimal(cents) / 100) * (-1 if found[1] else 1)


_SECONDS = {"天": 86400, "小时": 3600, "分钟": 60, "秒": 1, "day": 86400, "hour": 3600, "minute": 60, "second": 1}


def read_span(said: str) -> int:
    """Seconds, in either language."""
    if said.isascii():
        found = re.findall(r"([a-z -]+?) (day|hour|minute|second)(s?)(?: |$)", said)
        assert all((amount == "one") == (not plural) for amount, _, plural in found), said
        return sum(read_en(amount) * _SECONDS[unit] for amount, unit, _ in found)
    found = re.findall("(.+?)(天|小时|分钟|秒)", said)
    assert all(amount not in ("二",) for amount, _ in found), said
    return sum(read_zh(amount) * _SECONDS[unit] for amount, unit in found)

"""The pieces of en."""

from collections.abc import Mapping

# fmt: off
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
_TENS = ("", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# fmt: on
_ODD_ORDINALS = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def below_hundred(n: int) -> str:
    """zero to ninety-nine."""
    if n < 20:
        return _ONES[n]
    return _TENS[n // 10] + (f"-{_ONES[n % 10]}" if n % 10 else "")


def ordinal(n: int) -> str:
    """first to ninety-ninth."""
    if n in _ODD_ORDINALS:
        return _ODD_ORDINALS[n]
    if n < 20:
        return f"{_ONES[n]}th"
    tens, ones = divmod(n, 10)
    return f"{_TENS[tens]}-{ordinal(ones)}" if ones else f"{_TENS[tens].removesuffix('y')}ieth"


def _numbers() -> dict[str, str]:
    sizes = ("thousand", "million", "billion", "trillion", "quadrillion")
    return {
        **{f"n{n}": below_hundred(n) for n in range(100)},
        **{f"h{n}": f"{_ONES[n]} hundred" for n in range(1, 10)},
        **{size: size for size in sizes},
        **{f"o{n}": ordinal(n) for n in range(1, 100)},
        **{f"ho{n}": f"{_ONES[n]} hundredth" for n in range(1, 10)},
        **{f"{size}th": f"{size}th" for size in sizes},
        "hundred": "hundred",
        "and": "and",
        "oh": "oh",
        "point": "point",
        "minus": "minus",
        "percent": "percent",
    }


def _digits() -> dict[str, str]:
    """`d`: within a group, the tone kept up; `e`: at the end of one."""
    return {
        **{f"d{n}": f"{_ONES[n]}," for n in range(10)},
        **{f"e{n}": f"{_ONES[n]}." for n in range(10)},
        **{f"letter_{letter}": letter.upper() for letter in _LETTERS},
    }


def _calendar() -> dict[str, str]:
    units = ("day", "hour", "minute", "second")
    return {
        **{f"month{n}": name for n, name in enumerate(_MONTHS, 1)},
        **{f"weekday{n}": name for n, name in enumerate(_WEEKDAYS, 1)},
        "am": "a.m.",
        "pm": "p.m.",
        "noon": "noon",
        "midnight": "midnight",
        **{unit: unit for unit in units},
        **{f"{unit}s": f"{unit}s" for unit in units},
    }


def _money() -> dict[str, str]:
    return {
        "cny": "yuan",
        "cny_100": "fen",
        "usd_one": "dollar",
        "usd": "dollars",
        "eur_one": "euro",
        "eur": "euros",
        "gbp_one": "pound",
        "gbp": "pounds",
        "hkd_one": "Hong Kong dollar",
        "hkd": "Hong Kong dollars",
        "cent": "cent",
        "cents": "cents",
        "penny": "penny",
        "pence": "pence",
        "jpy": "yen",
    }


def _frames() -> dict[str, str]:
    """What stands around values in the sentences that are built in."""
    return {
        "yes": "yes",
        "no": "no",
        "agent": "Agent",
        "at_service": "at your service.",
        "asks_help": "asks for your help.",
        "callback_tail": "Callback, number ending in",
        "ahead_one": "There is one caller ahead of you. Please stay on the line.",
        "ahead": "There are",
        "ahead_many": "more than",
        "ahead_rest": "callers ahead of you. Please stay on the line.",
        "wait": "Your expected wait is",
        "about": "about",
        "less_than": "less than",
        "more_than": "more than",
        "up_to": "to",
        "one_to_two_hours": "one to two hours",
        "to_two_hours": "to two hours",
        "over_an_hour": "more than an hour",
        "at_most_two_hours": "up to two hours",
        "at_most_hours": "up to several hours",
        "you_have": "You have",
        "new_message": "new message",
        "new_messages": "new messages",
        "heard_message": "heard message",
        "heard_messages": "heard messages",
    }


TEXTS: Mapping[str, str] = {**_numbers(), **_digits(), **_calendar(), **_money(), **_frames()}

"""Numbers as pieces to be spoken, by grammar, in Chinese and English."""

from callcenter.calls.languages import Language
from callcenter.ivr.pieces import text_of

LARGEST = 10**15

_EN_SIZES = (
    (10**15, "quadrillion"),
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (1000, "thousand"),
)


def cardinal(n: int, language: Language) -> list[str]:
    """The pieces of the cardinal number. ValueError outside 0..LARGEST."""
    _within(n)
    return _zh(n) if language == "zh-CN" else _en(n)


def counted(n: int, language: Language) -> list[str]:
    """Before what is counted (位, 个, 分钟): as `cardinal`, but in Chinese 2 alone is 两."""
    return ["two"] if n == 2 and language == "zh-CN" else cardinal(n, language)


def ordinal(n: int, language: Language) -> list[str]:
    """第三, third. ValueError outside 1..LARGEST."""
    if n < 1:
        raise ValueError(f"{n} has no place in an order; allowed are whole numbers from 1 to {LARGEST}")
    return ["ordinal", *cardinal(n, language)] if language == "zh-CN" else _en_ordinal(cardinal(n, language))


def number_zh(n: int) -> str:
    """The cardinal number as it is spoken: 十二, 一百一十, 一千零一, 两万零三百. ValueError outside 0..LARGEST.

    两 stands before 百, 千, 万 and 亿, 二 before 十 and at the end; 一 is dropped in 十 to 十九 at the beginning.
    """
    return text_of(cardinal(n, "zh-CN"), "zh-CN")


def counted_zh(n: int) -> str:
    """Before a measure word (位, 个, 分钟): as `number_zh`, but 2 alone is 两."""
    return text_of(counted(n, "zh-CN"), "zh-CN")


def number_en(n: int) -> str:
    """The cardinal number: `one hundred and five`. ValueError outside 0..LARGEST."""
    return text_of(cardinal(n, "en"), "en")


def digits_zh(digits: str) -> str:
    """One by one, 1 as 幺, so that it cannot be heard as 七. Other characters are left out."""
    return text_of([f"d{digit}" for digit in _only(digits)], "zh-CN")


def digits_en(digits: str) -> str:
    return text_of([f"d{digit}" for digit in _only(digits)], "en")


def _only(digits: str) -> list[str]:
    return [digit for digit in digits if digit.isascii() and digit.isdigit()]


def _within(n: int) -> None:
    if not 0 <= n <= LARGEST:
        raise ValueError(f"{n} cannot be said; allowed are whole numbers from 0 to {LARGEST}")


def _zh(n: int) -> list[str]:
    """亿 before 万 before the rest; one 零 wherever places are skipped."""
    if n == 0:
        return ["n0"]
    hundred_millions, rest = divmod(n, 10**8)
    ten_thousands, low = divmod(rest, 10_000)
    said = [*counted(hundred_millions, "zh-CN"), "yi"] if hundred_millions else []
    for part, unit in ((ten_thousands, ["wan"]), (low, [])):
        if part:
            gap = ["n0"] if said and (part < 1000 or (unit == [] and not ten_thousands)) else []
            section = ["two"] if unit and part == 2 and not gap else _section_zh(part, first=not said)
            said += [*gap, *section, *unit]
    return said


def _section_zh(n: int, first: bool) -> list[str]:
    """1 to 9999. `first`: nothing of the number stands before it."""
    thousands, hundreds, rest = n // 1000, n // 100 % 10, n % 100
    said = [f"k{thousands}"] if thousands else []
    said += [f"h{hundreds}"] if hundreds else []
    if not rest:
        return said
    skipped = (thousands and not hundreds) or (rest < 10 and said)
    inside = 10 <= rest < 20 and not (first and not said)
    return [*said, *(["n0"] if skipped else []), f"i{rest}" if inside else f"n{rest}"]


def _en(n: int) -> list[str]:
    for size, name in _EN_SIZES:
        if n >= size:
            return [*_en(n // size), name, *_rest_en(n % size)]
    return [f"h{n // 100}", *_rest_en(n % 100)] if n >= 100 else [f"n{n}"]


def _rest_en(n: int) -> list[str]:
    if not n:
        return []
    return ["and", *_en(n)] if n < 100 else _en(n)


def _en_ordinal(said: list[str]) -> list[str]:
    """The last piece takes the ending."""
    *before, last = said
    endings = {"n": f"o{last[1:]}", "h": f"ho{last[1:]}"}
    return [*before, endings[last[0]] if last[1:].isdigit() else f"{last}th"]

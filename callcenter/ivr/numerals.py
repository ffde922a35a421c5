"""Numbers in words, by grammar, in Chinese and English."""

LARGEST = 99_999_999

_ZH = "零一二三四五六七八九"
_ZH_AS_DIGITS = "零幺二三四五六七八九"
_ZH_PLACES = ("千", "百", "十", "")
# fmt: off
_EN = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
_EN_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
# fmt: on


def number_zh(n: int) -> str:
    """The cardinal number as it is spoken: 十二, 一百一十, 一千零一, 两万零三百. ValueError outside 0..LARGEST.

    两 stands before 百, 千 and 万, 二 before 十 and at the end; 一 is dropped in 十 to 十九 at the beginning.
    """
    _within(n)
    if n == 0:
        return "零"
    ten_thousands, rest = divmod(n, 10_000)
    upper = f"{counted_zh(ten_thousands)}万" if ten_thousands else ""
    gap = "零" if upper and 0 < rest < 1000 else ""
    said = upper + gap + _below_ten_thousand_zh(rest)
    return said.removeprefix("一") if said.startswith("一十") else said


def counted_zh(n: int) -> str:
    """Before a measure word (位, 个, 分钟): as `number_zh`, but 2 alone is 两."""
    return "两" if n == 2 else number_zh(n)


def digits_zh(digits: str) -> str:
    """One by one, 1 as 幺, so that it cannot be heard as 七. Other characters are left out."""
    return "".join(_ZH_AS_DIGITS[int(digit)] for digit in digits if digit.isascii() and digit.isdigit())


def number_en(n: int) -> str:
    """The cardinal number: `one hundred and five`. ValueError outside 0..LARGEST."""
    _within(n)
    for size, name in ((1_000_000, "million"), (1000, "thousand")):
        if n >= size:
            return f"{number_en(n // size)} {name}{_rest_en(n % size)}"
    return _below_thousand_en(n)


def digits_en(digits: str) -> str:
    return " ".join(_EN[int(digit)] for digit in digits if digit.isascii() and digit.isdigit())


def _within(n: int) -> None:
    if not 0 <= n <= LARGEST:
        raise ValueError(f"{n} cannot be said; allowed are whole numbers from 0 to {LARGEST}")


def _below_ten_thousand_zh(n: int) -> str:
    said, gap = "", False
    for digit, place in zip(map(int, f"{n:04}"), _ZH_PLACES, strict=True):
        if digit:
            said += ("零" if gap and said else "") + _placed_zh(digit, place)
        gap = digit == 0
    return said


def _placed_zh(digit: int, place: str) -> str:
    return f"两{place}" if digit == 2 and place in ("百", "千") else _ZH[digit] + place


def _below_thousand_en(n: int) -> str:
    if n < 20:
        return _EN[n]
    if n < 100:
        return _EN_TENS[n // 10] + (f"-{_EN[n % 10]}" if n % 10 else "")
    return f"{_EN[n // 100]} hundred{_rest_en(n % 100)}"


def _rest_en(n: int) -> str:
    if n == 0:
        return ""
    return f" and {number_en(n)}" if n < 100 else f" {number_en(n)}"

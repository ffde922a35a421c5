"""Amounts of money as pieces to be spoken."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from callcenter.calls.languages import Language
from callcenter.ivr.numerals import LARGEST, cardinal, counted


class Currency(msgspec.Struct, frozen=True):
    """`places`: decimals of the smallest coin. English names: one and many of the coin, and one of the unit."""

    places: int = 2
    one: str = ""
    coin: str = ""
    coins: str = ""


_CURRENCIES: Mapping[str, Currency] = {
    "CNY": Currency(2, "cny", "cny_100", "cny_100"),
    "USD": Currency(2, "usd_one", "cent", "cents"),
    "EUR": Currency(2, "eur_one", "cent", "cents"),
    "GBP": Currency(2, "gbp_one", "penny", "pence"),
    "HKD": Currency(2, "hkd_one", "cent", "cents"),
    "JPY": Currency(0, "jpy"),
}
CURRENCIES = tuple(_CURRENCIES)


def amount(value: int | Decimal, currency: str, language: Language) -> list[str]:
    """ValueError: a currency that is not known, or more than LARGEST of it."""
    form = _CURRENCIES.get(currency)
    if form is None:
        raise ValueError(f"{currency!r} is no currency that can be said; allowed are {', '.join(CURRENCIES)}")
    units, coins = divmod(abs(_in_coins(value, form)), 10**form.places)
    said = _zh(units, coins, currency) if language == "zh-CN" else _en(units, coins, form, currency.lower())
    return ["minus", *said] if value < 0 and (units or coins) else said


def _in_coins(value: int | Decimal, form: Currency) -> int:
    exact = Decimal(value)
    if not (exact.is_finite() and abs(exact) <= LARGEST):
        raise ValueError(f"{value} cannot be said; allowed are amounts up to {LARGEST}")
    return int((exact * 10**form.places).to_integral_value(ROUND_HALF_UP))


def _zh(units: int, coins: int, currency: str) -> list[str]:
    if currency == "CNY":
        return _yuan(units, *divmod(coins, 10))
    unit = currency.lower()
    said = [*counted(units, "zh-CN"), unit] if units or not coins else []
    return said + ([*counted(coins, "zh-CN"), f"{unit}_100"] if coins else [])


def _yuan(units: int, jiao: int, fen: int) -> list[str]:
    """三元五角, 三元零五分: 零 where the 角 are skipped."""
    said = [*counted(units, "zh-CN"), "cny"] if units or not (jiao or fen) else []
    if jiao:
        said += [*counted(jiao, "zh-CN"), "cny_10"]
    if fen:
        said += [*(["n0"] if units and not jiao else []), *counted(fen, "zh-CN"), "cny_100"]
    return said


def _en(units: int, coins: int, form: Currency, unit: str) -> list[str]:
    said = [*cardinal(units, "en"), form.one if units == 1 else unit] if units or not coins else []
    if coins:
        said += [*(["and"] if said else []), *cardinal(coins, "en"), form.coin if coins == 1 else form.coins]
    return said

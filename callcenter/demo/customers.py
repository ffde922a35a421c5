"""The demo's customers as the store takes them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from callcenter.demo.visits import Caller
from callcenter.store.customers import CardFields

FILE = Path(__file__).with_name("customers.yaml")


def customers() -> list[CardFields]:
    return msgspec.convert(yaml.safe_load(FILE.read_text(encoding="utf-8")), list[CardFields])


def callers() -> list[Caller]:
    """Each customer by the first number."""
    return [
        Caller(card.numbers[0].number, card.name, "en" if card.language == "en" else "zh-CN", card.tier)
        for card in customers()
    ]

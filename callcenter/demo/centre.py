"""The demo's centre document, and the card its calls are judged by."""

from __future__ import annotations

from pathlib import Path

from callcenter.calls.centre import Centre
from callcenter.calls.scoring import ScoreCard
from callcenter.forms.reading import read

FILE = Path(__file__).with_name("centre.yaml")
SCORE_CARD = Path(__file__).with_name("score_card.yaml")


def centre() -> Centre:
    return read(FILE, Centre)


def score_card() -> ScoreCard:
    return read(SCORE_CARD, ScoreCard)

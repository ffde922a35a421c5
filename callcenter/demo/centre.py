"""The demo's centre document."""

from __future__ import annotations

from pathlib import Path

from callcenter.calls.centre import Centre
from callcenter.forms.reading import read

FILE = Path(__file__).with_name("centre.yaml")


def centre() -> Centre:
    return read(FILE, Centre)

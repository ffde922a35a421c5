"""The step that prepares music says what it left out, and does not stop the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.config import load
from callcenter.preparation import music
from tests.real_asterisk import installation

pytestmark = pytest.mark.real


def test_a_wrong_file_is_said_and_the_start_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(music, "installation", lambda *_: installation())
    (tmp_path / "config.yaml").write_text("data_dir: data\n")
    config = load(tmp_path / "config.yaml")
    said: list[str] = []
    assert music.prepare(config, said.append) == "calm, default (1 converted now)"
    assert said == []
    broken = config.data_dir / "music/jazz/broken.wav"
    broken.parent.mkdir()
    broken.write_bytes(b"no sound")
    assert music.prepare(config, said.append) == "calm, default"
    assert len(said) == 1
    assert str(broken) in said[0]

"""What `callcenter flow check` warns of: texts that people have not recorded, and recordings of older texts."""

from pathlib import Path

import msgspec

from callcenter.config import Config
from callcenter.preparation.prompts import recordings_folder, unrecorded
from callcenter.prompts.recordings import InForce, put_in_force
from tests.ivr.flows import flow

FLOW = flow(
    "  first: {kind: say, say: {zh-CN: 您好, en: Hello}, next: named}\n"
    "  named: {kind: say, play: hello, next: bye}\n"
    "  bye: {kind: hang_up}\n"
)


def test_texts_are_told_by_why_nobody_speaks_them(tmp_path: Path) -> None:
    config = msgspec.structs.replace(Config(file=tmp_path / "config.yaml"), data_dir=tmp_path)
    never, changed = unrecorded(config, [FLOW])
    assert [(line.id, line.language) for line in never] == [
        ("test-first", "zh-CN"),
        ("test-first", "en"),
        ("hello", "zh-CN"),
        ("hello", "en"),
    ]
    assert changed == []
    folder = recordings_folder(config)
    put_in_force(
        folder,
        [
            InForce(language="en", prompt="test-first", text="Hello!", file="a.wav"),
            InForce(language="zh-CN", prompt="hello", text="早上好", file="a.wav"),
        ],
    )
    (folder / "a.wav").write_bytes(b"")
    never, changed = unrecorded(config, [FLOW])
    assert [(line.id, line.language) for line in never] == [("test-first", "zh-CN")]
    assert [(line.id, line.language) for line in changed] == [("hello", "zh-CN")]

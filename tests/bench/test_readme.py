from pathlib import Path

import pytest

from bench.readme import BEGIN, END, NoPlace, rewrite
from tests.bench.samples import measured


def test_the_table_stands_between_the_markers_and_nothing_else_changes(tmp_path: Path) -> None:
    for name in ("README.md", "README.zh-CN.md"):
        (tmp_path / name).write_text(f"before\n{BEGIN}\nold figures\n{END}\nafter\n", encoding="utf-8")
    rewrite(tmp_path, [measured("dispatch_gap", [4.0, 4.0])])
    english, chinese = (tmp_path / name for name in ("README.md", "README.zh-CN.md"))
    for path, word in ((english, "An agent hangs up"), (chinese, "坐席挂机")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"before\n{BEGIN}\n|")
        assert text.endswith(f"{END}\nafter\n")
        assert "old figures" not in text
        assert word in text
        assert "| **4** / 4 | the other | 40 / 40 | 10 | ms |" in text


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    rewrite(tmp_path, [measured("ami_intake", [40000.0], unit="events/s")])
    once = file.read_text(encoding="utf-8")
    assert "40,000" in once
    rewrite(tmp_path, [measured("ami_intake", [40000.0], unit="events/s")])
    assert file.read_text(encoding="utf-8") == once


@pytest.mark.parametrize("text", ["", BEGIN, f"{END}\n{BEGIN}"])
def test_a_readme_without_a_place_for_the_table_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    with pytest.raises(NoPlace, match=r"README\.md"):
        rewrite(tmp_path, [])
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == text

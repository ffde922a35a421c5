import csv
import io

import pytest

from callcenter.web.inbox_file import written
from callcenter.web.inbox_shapes import InboxItem

MISSED = InboxItem(
    id="i1", kind="missed", box="service", queue="service", caller="138****8000", caller_name="", customer="c1",
    customer_name="=HYPERLINK(1)", first_at=1_780_000_000.0, last_at=1_780_003_600.0, count=2,
    call="one-1.1", open=True, heard_at=None, heard_by="", claimed_at=1.0, claimed_by="8001", done_at=None,
    done_by="",
    done_why="", reached_call="", note="", duration_s=0.0, file="", sound_deleted_at=None, url="", body="",
)  # fmt: skip


def rows(*items: InboxItem, **given: str) -> list[list[str]]:
    content = written(items, given["language"], given["zone"])
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_reader_of_chinese_finds_chinese_headings_and_the_moments_of_the_centres_zone() -> None:
    headings, row = rows(MISSED, language="zh-CN", zone="Asia/Shanghai")
    assert headings[:4] == ["类型", "号码", "姓名", "信箱"]
    assert row[:2] == ["未接来电", "138****8000"]
    assert row[6:10] == ["2026-05-29 04:26:40", "2026-05-29 05:26:40", "处理中", "8001"]


def test_a_reader_of_english_finds_english() -> None:
    headings, row = rows(MISSED, language="en", zone="UTC")
    assert headings == [
        "kind", "caller", "name", "box", "queue", "count", "first", "last", "state", "by", "why", "note",
        "call", "text",
    ]  # fmt: skip
    assert (row[0], row[6], row[8]) == ("missed call", "2026-05-28 20:26:40", "being seen to")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_name_is_a_formula(language: str) -> None:
    assert rows(MISSED, language=language, zone="UTC")[1][2] == "'=HYPERLINK(1)"

"""Files as spreadsheets read them."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from callcenter.reporting.csv_file import csv_file
from callcenter.reporting.files import safe_name
from callcenter.reporting.xlsx_file import xlsx_file
from tests.reporting.books import BOOK, EVIL


def opened(language="zh-CN"):
    file = xlsx_file(BOOK, language, "客服-2026-11-27")
    assert file.name == "客服-2026-11-27.xlsx"
    return load_workbook(io.BytesIO(file.content))


def test_a_workbook_has_numbers_as_numbers_and_durations_as_durations():
    sheet = opened().worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["时间", "备注", "进入量", "平均应答速度", "服务水平", "平均得分"]
    assert [cell.value for cell in sheet[2]] == [
        datetime(2026, 11, 28, 0, 0), f"'{EVIL}", 12, timedelta(seconds=75), 0.875, 4.5,
    ]  # fmt: skip
    formats = [cell.number_format for cell in sheet[2]]
    assert formats == ["yyyy-mm-dd hh:mm", "General", "#,##0", "[h]:mm:ss", "0.0%", "0.00"]
    assert [cell.data_type for cell in sheet[2]] == ["d", "s", "n", "d", "n", "n"]
    assert sheet["D4"].value == timedelta(hours=25)
    assert sheet.freeze_panes == "B2" and sheet["A1"].font.bold
    assert sheet["C5"].value == 13 and sheet["C5"].font.bold


def test_what_is_missing_stays_empty_and_what_xml_lacks_is_left_out():
    sheet = opened().worksheets[0]
    assert [cell.value for cell in sheet[3]][2:] == [0, None, None, None]
    assert sheet["B3"].value == "'+1"


def test_no_cell_of_a_workbook_is_a_formula():
    for sheet in opened().worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)


def test_the_last_sheet_says_how_figures_were_made_and_what_does_not_add_up():
    for language, heads, name, wrong, titled in (
        ("zh-CN", ["指标", "公式", "版本", "说明"], "平均应答速度", "不相符", "队列"),
        ("en", ["Figure", "Formula", "Version", "Explained"], "ASA", "does not add up", "Queues"),
    ):
        book = opened(language)
        rows = [[cell.value for cell in row] for row in book.worksheets[-1].iter_rows()]
        assert rows[0] == heads
        assert rows[1][:3] == [name, "wait_s / answered", 1]
        assert rows[2][1] == wrong
        about = {row[0]: row[1] for row in rows[4:]}
        assert list(about.values()) == [titled, "2026-11-28 00:00 – 2026-11-29 00:00", "Asia/Shanghai", "客服"]
    assert book.sheetnames == ["By step", "Empty", "Formulas"]


def test_csv_is_utf8_with_a_mark_and_runs_nothing():
    file = csv_file(BOOK, "zh-CN")
    assert file.content.startswith("\ufeff".encode()) and file.name == "queues.csv"
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["时间", "备注", "进入量"]
    assert rows[1] == ["2026-11-28 00:00", f"'{EVIL}", "12", "0:01:15", "87.5%", "4.50"]
    assert rows[3][3] == "25:00:00"
    assert rows[-2][1:3] == ["合计", "13"]
    assert rows[-1] == ["! 不相符"]


def test_another_sheet_can_be_chosen_and_an_unknown_one_is_refused():
    assert csv_file(BOOK, "en", "none").content.decode("utf-8-sig").splitlines() == ["Column", "! does not add up"]
    with pytest.raises(KeyError):
        csv_file(BOOK, "en", "../secret")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("日报", "2026-11-27"), "日报-2026-11-27.xlsx"),
        (("../../etc/passwd",), "etc-passwd.xlsx"),
        ((".hidden",), "hidden.xlsx"),
        (('a"b\r\n/c',), "a-b-c.xlsx"),
        (("", "///"), "report.xlsx"),
        (("x" * 300,), "x" * 120 + ".xlsx"),
    ],
)
def test_a_file_name_is_never_a_path(parts, name):
    assert safe_name(*parts, ending="xlsx") == name

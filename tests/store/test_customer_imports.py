"""Customers out of files: read however they were saved, looked at, then written once and whole."""

import resource

import pytest
import sqlalchemy as sa
from openpyxl import Workbook, load_workbook

from callcenter.calls.numbers import cleaned, normalised
from callcenter.store import customer_columns, customer_files, customer_imports, customers
from callcenter.store import tables as t
from callcenter.store.customer_files import BadFile
from callcenter.store.customers import BadCard, CardFields, CardNumber
from tests.store.ledger_stories import answered_call
from tests.store.store_rows import add

TABLE = [
    ["姓名", "手机号码", "公司", "备用电话", "等级", "备注"],
    ["李雷", "138 0013 8000", "茶", "021-55550100; 13900139000", "a", "喜欢茶"],
    ["韩梅梅", "13700137000", "", "", "", ""],
    ["Lily", "not a number", "", "", "", ""],
    ["", "", "", "", "", ""],
    ["李雷二", "+8613800138000", "", "", "", ""],
]
FIELDS = {
    "姓名": "name",
    "手机号码": "number",
    "公司": "company",
    "备用电话": "numbers",
    "等级": "tier",
    "备注": "notes",
}


def number(text):
    return normalised(text, "CN", "021") if cleaned(text) else ""


def saved_csv(folder, table, encoding="utf-8", delimiter=","):
    file = folder / "customers.csv"
    file.write_text("\r\n".join(delimiter.join(row) for row in table), encoding=encoding)
    return file


def saved_xlsx(folder, table):
    book, file = Workbook(), folder / "customers.xlsx"
    for row in table:
        book.active.append(row)
    book.save(file)
    return file


def cards(db):
    return sorted(customers.search(db, "", 100), key=lambda card: int(card.id))


def count(db, table):
    with db.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def brought_in(db, file, kind="csv", fields=FIELDS, on_duplicate="skip"):
    return customer_imports.apply(db, file, kind, fields, on_duplicate, number, 5.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_a_csv_file_is_read_however_it_was_saved(tmp_path, encoding, delimiter):
    file = saved_csv(tmp_path, TABLE, encoding, delimiter)
    read = [row + [""] * (6 - len(row)) for _, row in customer_files.rows(file, "csv")]
    assert read == [row for row in TABLE if any(row)]
    found = customer_imports.columns(file, "csv")
    assert {column.name: column.field for column in found} == FIELDS
    assert found[0].examples == ("李雷", "韩梅梅", "Lily")


def test_an_xlsx_file_gives_the_same_with_numbers_as_spreadsheets_keep_them(tmp_path, db):
    table = [["Name", "Phone"], ["Li", 13800138000], ["Wu", 13700137000.0], [None, None], ["=1+1", "'+8613900139000"]]
    file = saved_xlsx(tmp_path, table)
    made = brought_in(db, file, "xlsx", {"Name": "name", "Phone": "number"})
    assert (made.created, [error.row for error in made.errors]) == (2, [5])  # a formula has no value in a new file
    assert [card.numbers[0].number for card in cards(db)] == ["+8613800138000", "+8613700137000", "+8613900139000"][
        :2
    ]


def test_columns_without_headings_are_told_by_their_content():
    rows = [["13800138000", "李雷", "x"], ["13900139000", "韩梅梅", ""]]
    assert not customer_columns.has_headings(rows[0])
    assert customer_columns.guessed(["", "", ""], rows) == ["number", "name", ""]
    assert customer_columns.guessed(["Name", "Mobile", "Phone", "Vorname"], []) == ["name", "number", "numbers", ""]


def test_the_preview_counts_tells_what_is_wrong_and_writes_nothing(db, tmp_path):
    there = customers.create(db, CardFields(name="韩梅梅", numbers=(CardNumber("+8613700137000"),)), 1.0)
    shown = customer_imports.preview(db, saved_csv(tmp_path, TABLE), "csv", number)
    assert (shown.rows, shown.new, shown.changed) == (4, 1, 1)
    assert [(one.row, one.customer, one.why) for one in shown.duplicates] == [
        (3, there.id, "number"),
        (6, "", "number"),
    ]
    assert [(one.row, one.column) for one in shown.errors] == [(4, "手机号码")]
    assert "not a number" in shown.errors[0].message
    assert cards(db) == [there]


def test_bringing_in_creates_skips_and_says_what_was_wrong(db, tmp_path):
    made = brought_in(db, saved_csv(tmp_path, TABLE))
    assert (made.created, made.updated, made.skipped, len(made.errors)) == (2, 0, 1, 1)
    li, han = cards(db)
    assert [entry.number for entry in li.numbers] == ["+8613800138000", "+862155550100", "+8613900139000"]
    assert (li.name, li.tier, li.company, li.notes, han.name) == ("李雷", "A", "茶", "喜欢茶", "韩梅梅")
    again = brought_in(db, saved_csv(tmp_path, TABLE))
    assert (again.created, again.skipped) == (0, 3)
    assert [card.id for card in customers.search(db, "雷")] == [li.id]


def test_updating_keeps_what_the_file_leaves_open_and_adds_its_numbers(db, tmp_path):
    before = CardFields(name="Li", numbers=(CardNumber("+8613800138000", "手机"),), region="Shanghai", notes="old")
    card = customers.create(db, before, 1.0)
    made = brought_in(db, saved_csv(tmp_path, TABLE[:2]), on_duplicate="update")
    assert (made.created, made.updated) == (0, 1)
    (after,) = cards(db)
    assert (after.id, after.name, after.region, after.notes) == (card.id, "李雷", "Shanghai", "old\n喜欢茶")
    assert [entry.number for entry in after.numbers] == ["+8613800138000", "+862155550100", "+8613900139000"]
    assert after.numbers[0].label == "手机"


def test_new_makes_a_card_of_every_row(db, tmp_path):
    made = brought_in(db, saved_csv(tmp_path, TABLE), on_duplicate="new")
    assert (made.created, made.skipped) == (3, 0)


def test_earlier_calls_of_a_number_become_the_new_customers(db, tmp_path):
    add(db, answered_call(caller="+8613800138000"))
    brought_in(db, saved_csv(tmp_path, TABLE))
    with db.connect() as connection:
        assert connection.scalar(sa.select(t.calls.c.customer_id)) == int(cards(db)[0].id)


def test_a_batch_that_fails_leaves_nothing_of_itself(db, tmp_path, monkeypatch):
    table = [["姓名", "手机号码"], *([f"C{n}", str(13000000000 + n)] for n in range(customer_imports.BATCH + 10))]
    whole = customer_imports._add_parts
    calls = []

    def failing(connection, added):
        calls.append(len(added))
        if len(calls) == 2:
            raise RuntimeError("the disk is full")
        whole(connection, added)

    monkeypatch.setattr(customer_imports, "_add_parts", failing)
    with pytest.raises(RuntimeError):
        brought_in(db, saved_csv(tmp_path, table), fields={"姓名": "name", "手机号码": "number"})
    assert count(db, t.customers) == count(db, t.customer_numbers) == customer_imports.BATCH


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"gone": "name"}, "columns.gone"),
        ({"姓名": "shoe size"}, "columns.姓名"),
        ({"手机号码": "number"}, "columns"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(db, tmp_path, fields, field):
    with pytest.raises(BadCard) as refused:
        brought_in(db, saved_csv(tmp_path, TABLE), fields=fields)
    assert refused.value.field == field


def test_what_is_no_table_is_said_to_be_none(tmp_path):
    odd = tmp_path / "odd.xlsx"
    odd.write_bytes(b"PK\x03\x04 no")
    with pytest.raises(BadFile, match="no sound"):
        list(customer_files.rows(odd, "xlsx"))
    odd.write_bytes(b"\x81\x00\xff\xfe\xff")
    with pytest.raises(BadFile, match="UTF-8"):
        list(customer_files.rows(odd, "csv"))
    odd.write_bytes(b"")
    with pytest.raises(BadFile, match="no rows"):
        customer_imports.columns(odd, "csv")
    with pytest.raises(BadFile, match="xlsx"):
        customer_files.kind_of("table.ods")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_written_runs_in_no_spreadsheet_and_is_read_back_as_it_was(tmp_path, kind):
    table = [["=cmd|' /C calc'!A0", "+8613800138000"], ["-1", "@SUM(A1)"], ['Li, "Lei"', "two\nlines"]]
    file = tmp_path / f"out.{kind}"
    file.write_bytes(customer_files.write(["name", "number"], table, kind))
    if kind == "xlsx":
        cells = [cell for row in load_workbook(file).active.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} == {"s"}
    assert [row for _, row in customer_files.rows(file, kind)] == [["name", "number"], *table]


def test_thousands_of_rows_come_in_within_bounds_and_too_many_are_refused(db, tmp_path, monkeypatch):
    monkeypatch.setattr(customer_files, "MOST_ROWS", 5000)
    names = "王李张刘陈杨赵黄周吴"
    table = [["姓名", "手机号码", "公司"]]
    table += [[f"{names[n % 10]}{n}", str(13000000000 + n), f"公司{n % 97}"] for n in range(5000)]
    file, fields = saved_csv(tmp_path, table), {"姓名": "name", "手机号码": "number", "公司": "company"}
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert brought_in(db, file, fields=fields).created == 5000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 100_000
    found = customers.found(db, "1300000")
    assert (found.total, len(found.cards)) == (5000, 50)
    assert customers.found(db, "公司96", page=2, size=40).total == 51
    file.write_text(file.read_text() + "\r\nx,1,y")
    with pytest.raises(BadFile, match="more than 5000 rows"):
        brought_in(db, file, fields=fields)

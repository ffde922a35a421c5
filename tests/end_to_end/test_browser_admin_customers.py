"""Customers in the page: brought in from a spreadsheet, found, changed, erased, and taken out without a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import openpyxl
import pytest
from playwright.async_api import Browser, Page, expect

from tests import browser as workplace
from tests.end_to_end.administration import ADMINISTRATOR, called, dialog, few_agents, open_account, signed_in
from tests.real_centre import RealCentre, running_centre

pytestmark = pytest.mark.real

KNOWN = "13900139009"
FORMULA = '=HYPERLINK("http://example.com","look")'
HEADINGS = ("姓名", "手机", "等级", "公司", "备注")
ROWS = (
    ("李雷", "138 0013 8001", "B", "远景贸易", ""),
    ("韩梅梅", KNOWN, "A", "星河科技", "换了公司"),  # a card has the number
    ("李雷", "13800138001", "B", "远景贸易", "again"),  # an earlier row has it
    ("", "13800138002", "", "", "no name"),
    ("Jim Green", "not a number", "", "", ""),
    ("Polly", "13800138003", "gold", "", ""),
    ("Kate King", "13800138004", "", "", FORMULA),
)


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), few_agents("8001"), edge=True) as running:
        open_account(running, ADMINISTRATOR)
        workplace.write_card(running, "Mei Han", f"+86{KNOWN}")
        await workplace.until_served(running)
        yield running


@pytest.fixture(scope="module")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with workplace.chromium(tmp_path_factory.mktemp("voice"), 700) as browser:
        yield browser


@pytest.fixture
async def page(centre: RealCentre, chromium: Browser) -> AsyncIterator[Page]:
    async with signed_in(chromium, centre, ADMINISTRATOR.username) as one:
        yield one


def xlsx(file: Path, rows: Iterable[tuple[str, ...]]) -> Path:
    book = openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    for cells in book.active.iter_rows():
        for cell in cells:
            cell.data_type = "s"  # what begins with = is a text here, as it is in a CRM
    book.save(file)
    return file


def gb18030(file: Path, rows: Iterable[tuple[str, ...]]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows((HEADINGS, *rows))
    file.write_bytes(text.getvalue().encode("gb18030"))
    return file


async def looked_at(page: Page, file: Path) -> dict[str, int]:
    """Chosen, its columns taken as they were guessed; what would become of its rows."""
    await page.goto("/customers/import")
    await page.set_input_files("input[type=file]", file)
    await expect(page.get_by_text("Say what each column holds")).to_be_visible()
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator(".figures")).to_be_visible()
    names = [await one.inner_text() for one in await page.locator(".figures dt").all()]
    counts = [await one.inner_text() for one in await page.locator(".figures dd").all()]
    return {name: int(count) for name, count in zip(names, counts, strict=True)}


async def applied(page: Page) -> dict[str, int]:
    await page.locator(".buttons .el-button--primary").click()
    await expect(page.locator(".outcome")).to_be_visible()
    names = [await one.inner_text() for one in await page.locator(".outcome dt").all()]
    counts = [await one.inner_text() for one in await page.locator(".outcome dd").all()]
    return {name: int(count) for name, count in zip(names, counts, strict=True)}


async def total(page: Page, text: str) -> int:
    found = await page.evaluate(
        "text => fetch('/api/v1/customers?text=' + encodeURIComponent(text)).then(one => one.json())", text
    )
    return int(found["total"])


async def test_a_spreadsheet_is_looked_at_before_anything_is_written(
    centre: RealCentre, page: Page, tmp_path: Path
) -> None:
    figures = await looked_at(page, xlsx(tmp_path / "customers.xlsx", ROWS))
    assert (figures["Rows"], figures["With errors"]) == (len(ROWS), 3)
    assert await total(page, "") == 1
    duplicates = page.locator(".panel", has_text="Customers who are there already")
    await expect(duplicates.locator("tbody tr")).to_have_count(2)
    await expect(duplicates).to_contain_text("an earlier row of this file")
    errors = page.locator(".panel", has_text="Rows with errors")
    await expect(errors).to_contain_text("'not a number' is no telephone number")
    await expect(errors).to_contain_text("'GOLD' is no tier")
    await page.screenshot(path=tmp_path / "check.png", full_page=True)
    outcome = await applied(page)
    assert outcome["Failed"] == 3
    # The known card says what the file says; the earlier row's card is one card.
    await page.get_by_role("button", name="To the customers").click()
    await expect(page.locator("tr", has_text="韩梅梅")).to_be_visible()
    await expect(page.locator("tr", has_text="李雷")).to_have_count(1)
    await expect(page.locator("tr", has_text="Polly")).to_have_count(0)
    assert await total(page, "") == 3


async def test_a_file_of_an_old_chinese_spreadsheet_is_read_and_those_who_are_there_can_be_passed_over(
    page: Page, tmp_path: Path
) -> None:
    rows = (("王强", "13700137001", "C", "北京龙门客栈", ""), ("别人", KNOWN, "C", "", ""))
    figures = await looked_at(page, gb18030(tmp_path / "old.csv", rows))
    assert (figures["Rows"], figures["New"], figures["With errors"]) == (2, 1, 0)
    await page.get_by_text("Leave them as they are").click()
    assert await applied(page) == {"New": 1, "Changed": 0, "Passed over": 1, "Failed": 0}
    await page.goto("/customers")
    await page.get_by_label("Name, company or number").fill("龙门")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody tr")).to_contain_text("王强")
    assert await total(page, "别人") == 0


async def test_a_card_is_found_changed_and_erased_with_a_reason(centre: RealCentre, page: Page) -> None:
    workplace.write_card(centre, "Wu Gone", "+8613600136001")
    await page.goto("/customers")
    await page.get_by_label("Name, company or number").fill("13600136001")
    await page.get_by_role("button", name="Wu Gone").click()
    drawer = page.locator(".el-drawer")
    await drawer.get_by_role("button", name="Edit").click()
    await drawer.locator("textarea").fill("calls on Mondays")
    await drawer.locator("button[type=submit]").click()
    await expect(drawer.get_by_text("calls on Mondays")).to_be_visible()
    await drawer.get_by_role("button", name="Delete customer").click()
    await dialog(page).locator("button.el-button--danger").click()
    await expect(dialog(page)).to_contain_text("Say why")
    await dialog(page).locator("input").fill("asked for in writing")
    await dialog(page).locator("button.el-button--danger").click()
    await expect(page.get_by_text("Nothing matches")).to_be_visible()
    assert await total(page, "Wu Gone") == 0
    await page.goto("/audit")
    await expect(page.get_by_text("asked for in writing")).to_be_visible()


@pytest.mark.parametrize("kind", ["XLSX", "CSV"])
async def test_what_is_exported_runs_no_formula(page: Page, tmp_path: Path, kind: str) -> None:
    status, _ = await called(page, "POST", "/customers", {"name": f"=1+1 {kind}", "notes": FORMULA, "numbers": []})
    assert status == 200
    await page.goto("/customers")
    await page.get_by_role("button", name="Export").click()
    async with page.expect_download() as download:
        await page.get_by_text(f"Export as {kind}").click()
    file = tmp_path / (await download.value).suggested_filename
    await (await download.value).save_as(file)
    cells = cells_of(file)
    assert f"'=1+1 {kind}" in cells and f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def cells_of(file: Path) -> list[str]:
    if file.suffix == ".csv":
        return [cell for row in csv.reader(io.StringIO(file.read_text("utf-8-sig"))) for cell in row]
    rows = openpyxl.load_workbook(file).active.iter_rows()
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    return [str(cell.value or "") for cell in cells]

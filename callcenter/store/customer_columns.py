"""Which column of a table holds what of a customer: by its heading, in either language, else by its content. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, get_args

from callcenter.calls.languages import LANGUAGES
from callcenter.calls.numbers import cleaned

Field = Literal["", "name", "number", "numbers", "tier", "company", "region", "address", "notes", "language", "label"]
FIELDS: tuple[Field, ...] = get_args(Field)

_HEADINGS: dict[Field, str] = {
    "name": (
        "name fullname customer customername contact contactname 姓名 名字 名称 客户 客户姓名 "
        "客户名称 客户名 联系人 联系人姓名 称呼 "
    ),
    "number": (
        "number phone phonenumber mobile mobilephone cell cellphone tel telephone telephonenumber "
        "电话 电话号码 手机 手机号 手机号码 移动电话 联系电话 联系方式 号码 "
    ),
    "numbers": (
        "numbers phones phone2 number2 mobile2 otherphone otherphones othernumbers homephone "
        "workphone officephone landline 其他电话 备用电话 固定电话 座机 办公电话 家庭电话 电话2 手机2 "
        "第二电话 "
    ),
    "tier": "tier level grade class vip 等级 级别 客户等级 客户级别",
    "company": (
        "company companyname organisation organization firm employer 公司 公司名称 单位 单位名称 企业 企业名称 "
    ),
    "region": "region city province state area 地区 区域 城市 省份 省市 所在地",
    "address": "address street 地址 联系地址 通讯地址 详细地址",
    "notes": "notes note remark remarks comment comments memo 备注 说明 注释",
    "language": "language lang 语言 语种",
    "label": "label type phonetype numbertype 标签 号码类型 电话类型",
}
_BY_HEADING = {heading: field for field, headings in _HEADINGS.items() for heading in headings.split()}
_NOISE = re.compile(r"[^\w]+|_")
_PARTS = re.compile(r"[/;,、，；\n|]+")
_LANGUAGES = {
    **{language.casefold(): language for language in LANGUAGES},
    **dict.fromkeys(("zh", "cn", "chinese", "mandarin", "中文", "汉语", "普通话"), "zh-CN"),
    **dict.fromkeys(("en-us", "en-gb", "english", "英文", "英语"), "en"),
}


def guessed(headings: Sequence[str], samples: Sequence[Sequence[str]]) -> list[Field]:
    """A field for every column, empty where nothing fits; none but `numbers` is given twice."""
    found: list[Field] = []
    for i, heading in enumerate(headings):
        field = _BY_HEADING.get(_plain(heading), "") or _by_content([row[i] for row in samples if i < len(row)])
        if field == "number" and "number" in found:
            field = "numbers"
        found.append(field if field == "numbers" or field not in found else "")
    if "name" not in found:
        texts = [i for i, field in enumerate(found) if not field and _is_text(i, samples)]
        if texts:
            found[texts[0]] = "name"
    return found


def has_headings(first: Sequence[str]) -> bool:
    """Whether a table's first row names its columns: a known heading, or at least no number in it."""
    return any(_plain(cell) in _BY_HEADING for cell in first) or not any(_is_number(cell) for cell in first)


def numbers_in(cell: str) -> list[str]:
    """The telephone numbers of a cell, as they are written."""
    return [part.strip() for part in _PARTS.split(cell) if part.strip()]


def language_of(cell: str) -> str:
    """As cards have it; what is not known stays, and is refused there."""
    return _LANGUAGES.get(cell.strip().casefold(), cell.strip())


def _plain(heading: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading).casefold())


def _by_content(cells: Sequence[str]) -> Field:
    filled = [cell for cell in cells if cell]
    if filled and sum(map(_is_number, filled)) * 10 >= len(filled) * 8:
        return "number"
    return ""


def _is_number(cell: str) -> bool:
    parts = numbers_in(cell)
    return bool(parts) and all(len(cleaned(part).lstrip("+")) >= 7 for part in parts)


def _is_text(column: int, samples: Sequence[Sequence[str]]) -> bool:
    return any(column < len(row) and row[column] and not _is_number(row[column]) for row in samples)

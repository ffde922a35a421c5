"""YAML files read into structs."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from callcenter.calls.centre import Centre
from callcenter.forms.reading import FormError, parse, read


class Door(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: str
    width_mm: Annotated[int, Meta(ge=600, le=2000)] = 900


ATTIC = Door(name="attic")


@dataclass(frozen=True, kw_only=True)
class House:
    port: Annotated[int, Meta(ge=1, le=65535)] = 80
    colour: Literal["red", "blue"] = "red"
    doors: tuple[Door, ...] = ()
    cellar: Door | None = None
    attic: Door = ATTIC
    height_m: float = 3
    rooms: dict[str, int] = field(default_factory=dict)
    folder: Path = Path("x")


def problems(text: str) -> list[str]:
    with pytest.raises(FormError) as caught:
        parse(text, "house.yaml", House)
    return [str(each) for each in caught.value.problems]


def test_a_sound_file_becomes_the_struct() -> None:
    house = parse("port: 90\ndoors:\n- name: front\ncellar:\n  name: c\n  width_mm: 700\n", "h", House)
    assert (house.port, house.doors[0].width_mm) == (90, 900)
    assert house.cellar == Door(name="c", width_mm=700)


def test_an_empty_file_is_all_defaults() -> None:
    assert parse("# nothing\n", "h", House).port == 80


def test_a_section_without_content_counts_as_absent() -> None:
    assert parse("cellar:\n", "h", House).cellar is None


def test_a_wrong_type_names_file_line_key_and_what_is_allowed() -> None:
    assert problems('colour: blue\nport: "abc"\n') == [
        'house.yaml:2: port: expected an integer between 1 and 65535, found "abc"'
    ]


def test_everything_wrong_is_said_at_once_in_the_order_of_the_lines() -> None:
    text = "colour: pink\nprot: 5\ndoors:\n- width_mm: 5\n- name: 7\n  hinge: left\n"
    assert problems(text) == [
        'house.yaml:1: colour: expected one of blue, red, found "pink"',
        "house.yaml:2: prot: is no key known here (did you mean port?); allowed: "
        "port, colour, doors, cellar, attic, height_m, rooms, folder",
        "house.yaml:4: doors[0].width_mm: expected an integer between 600 and 2000, found 5",
        "house.yaml:4: doors[0].name: is missing; expected text",
        "house.yaml:5: doors[1].name: expected text, found 7",
        "house.yaml:6: doors[1].hinge: is no key known here; allowed: name, width_mm",
    ]


def test_a_key_written_twice_is_refused() -> None:
    assert problems("port: 1\nport: 2\n") == ["house.yaml:2: port: is there twice; keep one of them"]


def test_a_list_where_a_mapping_belongs_is_refused() -> None:
    assert problems("attic: [1]\n") == [
        "house.yaml:1: attic: expected a mapping with the keys name, width_mm, found [1]"
    ]


def test_broken_yaml_names_its_line() -> None:
    assert problems("port: 1\ndoors: [\n")[0].startswith("house.yaml:3: not valid YAML: ")


def test_a_yaml_tag_builds_no_object() -> None:
    assert "port: expected an integer" in problems("port: !!python/object/apply:os.getpid []\n")[0]


def test_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "h.yaml").write_text("folder: data/x\n")
    assert read(tmp_path / "h.yaml", House).folder == tmp_path / "data/x"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FormError, match=r"nowhere\.yaml:1: cannot be read: No such file"):
        read(Path("nowhere.yaml"), House)


def test_a_centre_document_is_read_with_both_languages() -> None:
    text = "queues:\n- id: sales\n  name: {zh-CN: 销售, en: Sales}\n- id: s\n  name: {en: S}\n"
    with pytest.raises(FormError, match=r"centre.yaml:5: queues\[1\]\.name\.zh-CN: is missing; expected text"):
        parse(text, "centre.yaml", Centre)

"""The centre as a file: every field goes out and comes back, and every mistake is named at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
import yaml
from msgspec import inspect

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.calls.queues import Destination
from callcenter.forms.reading import FormError, parse
from callcenter.preparation.centre_file import read_centre, written
from callcenter.store import documents
from callcenter.store.database import migrate, open_database

EVERYTHING = (Path(__file__).with_name("every_field.yaml")).read_text("utf-8")
DOCS = Path(__file__).parents[2] / "docs/centre.md"
CHOICES = ("skills", "groups", "pause_reasons", "dispositions")  # described once, as `skills[]`


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """With two flows that name no queue."""
    url = f"sqlite:///{tmp_path_factory.mktemp('db')}/c.db"
    migrate(url)
    db = open_database(url)
    for flow in ("hotline", "survey"):
        source = f"flow: {flow}\nname: {{zh-CN: x, en: x}}\nstart: end\nnodes:\n  end: {{kind: hang_up}}\n"
        documents.save_flow(db, flow, source, "test", 0, 1.0)
    yield db
    db.dispose()


def fields(kind: inspect.Type, path: str = "") -> Iterator[str]:
    """Every field below a type, as in `queues[].relax[].level`; a destination's own are told once, as `to.…`."""
    match kind:
        case inspect.Metadata(type=inner):
            yield from fields(inner, path)
        case inspect.UnionType(types=members):
            yield from (found for member in members for found in fields(member, path))
        case inspect.VarTupleType(item_type=item):
            yield from fields(item, f"{path}[]")
        case inspect.StructType(cls=cls) if cls is not Text and (cls is not Destination or path == "to"):
            for field in kind.fields:
                place = f"{path}.{field.encode_name}".lstrip(".")
                yield place
                yield from fields(field.type, place)


def every_field() -> list[str]:
    return [*fields(inspect.type_info(Centre)), *fields(inspect.type_info(Destination), "to")]


def complaints(text: str, database: sa.Engine, folder: Path) -> list[str]:
    (folder / "c.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FormError) as refused:
        read_centre(folder / "c.yaml", database)
    return [str(each).removeprefix(f"{folder}/") for each in refused.value.problems]


def line_of(part: str) -> int:
    return next(i for i, line in enumerate(EVERYTHING.splitlines(), 1) if part in line)


def test_every_field_goes_out_and_comes_back(database: sa.Engine, tmp_path: Path) -> None:
    centre = parse(EVERYTHING, "every_field.yaml", Centre)
    (tmp_path / "c.yaml").write_text(written(centre, 7), encoding="utf-8")
    assert read_centre(tmp_path / "c.yaml", database) == (centre, 7)


def test_the_file_with_every_field_has_every_field() -> None:
    def paths(value: Any, path: str = "") -> Iterator[str]:
        for key, each in value.items() if isinstance(value, dict) else ():
            place = f"{path}.{key}".lstrip(".")
            yield place
            yield from paths(each, place)
        for each in value if isinstance(value, list) else ():
            yield from paths(each, f"{path}[]")

    written_down = set(paths(yaml.safe_load(EVERYTHING)))
    destination = {path.partition(".exits.*.")[2] for path in written_down if ".exits.*." in path}
    wanted = {path for path in every_field() if not path.startswith("to.")}
    assert wanted - written_down == set()
    assert {f"to.{name}" for name in destination} >= {path for path in every_field() if path.startswith("to.")}


@pytest.mark.parametrize(
    ("sound", "wrong", "place", "said"),
    [
        ("level: 3}", "level: 30}", "level: 3}", "queues[0].relax[0].level: expected an integer between 0 and 10"),
        ("strategy: ring_all", "strategy: loudest", "strategy", "queues[0].strategy: expected one of best_skill"),
        ("skills: {english: 6}", "skills: {english: 60}", "{english: 6}", "queues[0].skills.english: expected 1 "),
        ("skills: {english: 6}", "skills: {dutch: 6}", "{english: 6}", "queues[0].skills: there is no skill 'dutch'"),
        ('"1": {to', '"12": {to', '"1": {to', 'queues[0].exits.12: expected one key of a telephone, found "12"'),
        ("full: {to: queue, id: support}", "full: {to: queue, id: x}", "full:", "queues[0].instead.full.id: there"),
        ("music: calm", "music: loud", "music:", "queues[0].music: there is no music 'loud'; known: calm, default"),
        ("- {id: A,", "- {id: AA,", "- {id: A,", "tiers[0].id: expected one letter, A to Z"),
        ("withheld]", "hidden]", "callers:", "rules[0].callers[1]: expected "),
        ('from: "09:00", to: "18:00"', 'from: "9", to: "18:00"', 'to: "18:00"', "rosters[0].shifts[0].from: exp"),
        ("days: [mon, fri]", "days: [mo]", "days: [mon", "rosters[0].shifts[0].days[0]: expected one of fri"),
        ("date: 2026-12-24", "date: Christmas", "2026-12-24", "rosters[0].exceptions[0].date: expected a day"),
        ("until: 2027-01-02", "until: 2026-01-02", "2027-01-02", "holidays[0].until: before 2027-01-01"),
        ("nuisance", '""', "nuisance", "blacklist[0].reason: expected text of 1 to 128 characters"),
        ("zone: Europe/Berlin", "zone: Europe/Bern", "zone: Europe", "zone: there is no time zone 'Europe/Bern'"),
        ("{to: hang_up}", "{to: hang_up, id: x}", "{to: hang_up}", "queues[0].instead.too_long.id: hang_up has no"),
        ("first: agent", "frist: agent", "first: agent", "queues[0].callback.frist: is no key known"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_line(
    database: sa.Engine, tmp_path: Path, sound: str, wrong: str, place: str, said: str
) -> None:
    told = complaints(EVERYTHING.replace(sound, wrong, 1), database, tmp_path)
    assert any(each.startswith(f"c.yaml:{line_of(place)}: {said}") for each in told), told


def test_all_mistakes_are_named_at_once(database: sa.Engine, tmp_path: Path) -> None:
    text = (
        EVERYTHING.replace("ring_s: 25", "ring_s: 1")
        .replace("attempts: 5", "attempts: 50")
        .replace("id: boss", "id: B")
    )
    assert [each.split(":")[1] for each in complaints(text, database, tmp_path)] == [
        str(line_of(part)) for part in ("id: boss", "ring_s: 25", "attempts: 5")
    ]


def test_the_page_for_operators_describes_every_field() -> None:
    described = set(re.findall(r"^\| `([^`]+)` \|", DOCS.read_text("utf-8"), re.MULTILINE))
    wanted = {path for path in every_field() if not path.startswith(tuple(f"{kind}[]" for kind in CHOICES[1:]))}
    assert wanted - described == set()
    assert described - wanted == set()


@pytest.mark.parametrize(
    "default", ["queues[].ring_s", "queues[].callback.expires_s", "agents[].queues", "to.wait_s"]
)
def test_the_page_for_operators_tells_defaults_as_they_are(default: str) -> None:
    """Numbers are compared for all fields; the parameters name some that must be among them."""
    rows = dict(re.findall(r"^\| `([^`]+)` \|[^|]*\| ([^|]*) \|", DOCS.read_text("utf-8"), re.MULTILINE))
    assert default in rows
    for path, told in rows.items():
        usual = _default(path)
        if isinstance(usual, int | float) and not isinstance(usual, bool):
            assert told == f"{usual:g}", path


def _default(path: str) -> Any:
    """msgspec.UNSET where a field must be given."""
    kind: Any = inspect.type_info(Destination if path.startswith("to.") else Centre)
    found: Any = msgspec.UNSET
    for step in path.removeprefix("to.").replace("[]", "").split("."):
        while not isinstance(kind, inspect.StructType):
            members = getattr(kind, "types", ())
            kind = next((each for each in members if not isinstance(each, inspect.NoneType)), None) or (
                kind.item_type if isinstance(kind, inspect.VarTupleType) else kind.type
            )
        field = next(each for each in kind.fields if each.encode_name == step)
        kind, found = field.type, field.default
    return found if found is not msgspec.NODEFAULT else msgspec.UNSET

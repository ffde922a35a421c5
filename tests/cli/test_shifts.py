"""Planned shifts at the command line."""

from argparse import Namespace
from pathlib import Path

import pytest

from callcenter.calls.centre import Agent, Centre
from callcenter.cli import shifts
from callcenter.cli.errors import CommandError
from callcenter.store import audit
from callcenter.store.database import migrate, open_database

CENTRE = Centre(agents=(Agent(id="8001", name="Li"), Agent(id="8002", name="Wu")))
DAYS = {"from_": "2031-12-01", "to": "", "agent": []}


@pytest.fixture
def db(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'callcenter.db'}"
    migrate(url)
    opened = open_database(url)
    yield opened
    opened.dispose()


def written(tmp_path: Path, *lines: str) -> Namespace:
    file = tmp_path / "shifts.csv"
    file.write_text("\n".join(["agent,day,from,to,activity", *lines]), encoding="utf-8")
    return Namespace(file=file)


def test_a_file_is_taken_written_again_and_removed(db, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shifts._import(written(tmp_path, "8001,2031-12-02,08:00,09:00,work"), db, CENTRE) == 0
    out = tmp_path / "out.csv"
    assert shifts._export(Namespace(out=out, **DAYS), db, CENTRE) == 0
    assert out.read_text(encoding="utf-8-sig").splitlines()[1:] == ["8001,2031-12-02,08:00,09:00,work,yes"]
    assert shifts._import(Namespace(file=out), db, CENTRE) == 0
    assert shifts._remove(Namespace(**(DAYS | {"agent": ["8002"]})), db, CENTRE) == 0
    assert shifts._remove(Namespace(**DAYS), db, CENTRE) == 0
    assert [entry.details.get("removed") for entry in audit.entries(db)] == [1, 0, 1, 0]


def test_mistakes_are_told_by_file_row_and_column(db, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = written(tmp_path, "8001,2031-12-02,08:00,09:00,work", "8001,2031-12-02,08:30,25:00,work")
    assert shifts._import(args, db, CENTRE) == 1
    assert f"{args.file}:3 to: " in capsys.readouterr().err
    shifts._export(Namespace(out=tmp_path / "out.csv", **DAYS), db, CENTRE)
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize("wrong", [{"from_": "1.12."}, {"to": "x"}, {"to": "2031-11-30"}])
def test_days_that_are_none_are_refused(db, wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="--"):
        shifts._remove(Namespace(**(DAYS | wrong)), db, CENTRE)


def test_a_file_that_is_not_there_or_no_table_is_refused(db, tmp_path: Path) -> None:
    for name in ("gone.csv", "shifts.pdf"):
        with pytest.raises(CommandError, match=name):
            shifts._import(Namespace(file=tmp_path / name), db, CENTRE)

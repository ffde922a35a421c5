from pathlib import Path

import pytest

from callcenter.__main__ import main
from callcenter.config import load
from callcenter.demo.centre import centre
from callcenter.store import documents
from callcenter.store.database import migrate, open_database


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text("demo: true\ndata_dir: var\n")
    config = load(file)
    config.data_dir.mkdir()
    migrate(config.database_url)
    database = open_database(config.database_url)
    documents.save_centre(database, centre(), "test", 0, 1.0)
    database.dispose()
    return file


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--calls-per-minute", "0"], "calls per minute must be above 0 and at most 60"),
        (["--at-once", "99"], "calls at once must be 0 to 50"),
        (["--agents", "9999"], "There is no agent '9999'; known: 8001, 8002, 8003, 8004"),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(config_file, arguments, message, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    assert main(["--config", str(config_file), "robots", *arguments]) == 1
    assert message in capsys.readouterr().err


def test_robots_stay_out_of_a_real_centre(config_file, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    config_file.write_text("demo: false\ndata_dir: var\n")
    assert main(["--config", str(config_file), "robots"]) == 1
    assert "demo: true" in capsys.readouterr().err

"""Lines that were set up in the pages: where they are kept, and what becomes of them."""

from pathlib import Path

import pytest

from callcenter.config import Config, load
from callcenter.preparation import trunks
from callcenter.preparation.centre import database, opened
from callcenter.preparation.trunks import BadTrunk

LINE = {
    "name": "main",
    "host": "sip.example.com",
    "port": 5070,
    "transport": "tcp",
    "username": "u1",
    "register": True,
    "match": ["10.0.0.0/8"],
    "caller_number": "+862155550100",
}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "config.yaml"
    file.write_text("asterisk:\n  trunks: [{name: fixed, host: h}]\n", encoding="utf-8")
    made = load(file)
    database(made)
    return made


def test_a_line_joins_those_of_the_file_and_its_password_is_in_the_keyring_alone(config: Config) -> None:
    with opened(config) as db:
        trunks.save(config, db, LINE, "hush-hush", "admin")
        trunks.save(config, db, LINE | {"port": 5080}, None, "admin")
    fixed, main = trunks.settings_in_force(config).trunks
    assert (fixed.name, main.name, main.port, main.password) == ("fixed", "main", 5080, "hush-hush")
    assert b"hush-hush" not in (config.data_dir / "callcenter.db").read_bytes()
    with opened(config) as db:
        assert trunks.remove(config, db, "main")
        assert not trunks.remove(config, db, "main")
    assert [each.name for each in trunks.settings_in_force(config).trunks] == ["fixed"]
    assert config.keyring.given("trunk.main") == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "Main Line"}, "name"),
        ({"name": "fixed"}, "name"),
        ({"host": "a;b"}, "host"),
        ({"port": 0}, "port"),
        ({"transport": "tls"}, "transport"),
        ({"match": ["x y"]}, "match"),
        ({"caller_number": "me"}, "caller_number"),
        ({"username": ""}, "username"),
    ],
)
def test_a_line_is_held_to_the_rules_of_the_file(config: Config, change: dict[str, object], field: str) -> None:
    with opened(config) as db, pytest.raises(BadTrunk) as refused:
        trunks.save(config, db, LINE | change, "secret", "admin")
    assert refused.value.field == field
    assert [each.name for each in trunks.settings_in_force(config).trunks] == ["fixed"]


def test_before_there_is_a_database_the_file_alone_counts(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("asterisk:\n  trunks: [{name: fixed, host: h}]\n", encoding="utf-8")
    (tmp_path / "var").mkdir()
    assert [each.name for each in trunks.settings_in_force(load(file)).trunks] == ["fixed"]

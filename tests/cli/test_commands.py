"""The command line as a person meets it."""

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from callcenter.__main__ import COMMANDS, main
from callcenter.cli.table import table
from callcenter.config import Config, load
from callcenter.preparation import centre
from callcenter.store import texts


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "config.yaml").write_text("demo: true\n")
    config = load(folder / "config.yaml")
    centre.database(config)
    centre.demo(config, lambda _: None)
    return config


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


def said(capsys: pytest.CaptureFixture[str], config: Config | None, *words: str) -> tuple[int, str, str]:
    places = ["--config", str(config.file)] if config else []
    code = main([*places, *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
def test_every_command_explains_itself(
    name: str, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", language)
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[name][language == "C.UTF-8"] in capsys.readouterr().out.replace("\n", " ")


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from callcenter.__main__ import main; main([]); print(sorted(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert "commands:" in answer.stdout
    assert not any(f"'{name}'" in answer.stdout for name in ("sqlalchemy", "aiohttp", "msgspec", "yaml"))


def test_a_missing_configuration_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, None, "--config", "nowhere.yaml", "calls")
    assert (code, out, err) == (2, "", "nowhere.yaml:1: cannot be read: No such file or directory\n")


def test_places_may_be_given_after_the_command(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calls", "--config", str(config.file), "--limit", "1"]) == 0
    assert "id" in capsys.readouterr().out


def test_calls_are_a_table_or_lines_of_json(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, config, "calls", "--limit", "5")
    assert len(out.splitlines()) == 7
    _, out, _ = said(capsys, config, "calls", "--limit", "5", "--outcome", "abandoned", "--json")
    assert [json.loads(line)["outcome"] for line in out.splitlines()] == ["abandoned"] * 5


def test_a_caller_is_found_however_the_number_is_written(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, config, "calls", "--caller", "013800000101", "--json")
    assert {json.loads(line)["caller"] for line in out.splitlines()} == {"+8613800000101"}


def test_a_password_is_made_shown_once_and_works(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    from callcenter.store import accounts

    _, out, _ = said(capsys, config, "account", "password", "8003")
    password = out.split()[-1]
    with centre.opened(config) as db:
        assert accounts.sign_in(db, "8003", password, "::1", time.time()).agent == "8003"


def test_a_closed_account_cannot_sign_in(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, config, "account", "close", "8004")
    _, out, _ = said(capsys, config, "account", "list")
    assert [line.split()[-1] for line in out.splitlines() if line.startswith("8004")] == ["closed"]


def test_an_account_is_only_for_who_works_here(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, config, "account", "add", "9999")
    assert (code, "known: 8001, 8002" in err) == (1, True)


def test_a_desk_phone_gets_server_user_and_password(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, config, "phones", "8002")
    assert "user name, authentication name: 8002\n" in out
    assert f"password: {config.keyring.sip_password('8002')}\n" in out
    assert "telephones elsewhere cannot reach it" in out


def test_phones_without_an_agent_shows_no_password(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, config, "phones")
    assert "8001" in out
    assert "password" not in out


def test_a_bad_flow_is_refused_with_its_line(
    config: Config, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("flow: bad\nname: {zh-CN: x, en: x}\nstart: gone\nnodes:\n  a: {kind: queue, queue: nowhere}\n")
    code, _, err = said(capsys, config, "flow", "check", str(bad))
    assert code == 2
    assert f"{bad}:3: " in err
    assert "nowhere" in err


def test_the_centre_goes_out_and_is_checked_on_its_way_in(
    config: Config, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "centre.yaml"
    assert said(capsys, config, "export", str(file))[0] == 0
    assert said(capsys, config, "apply", "--check", str(file))[0] == 0
    file.write_text(file.read_text().replace("- support", "- suport"))
    code, _, err = said(capsys, config, "apply", str(file))
    assert code == 2
    assert "there is no queue 'suport'; known: sales, support" in err


def test_columns_fit_chinese_and_english() -> None:
    assert table(("姓名", "id"), [("王芳", "1"), ("Emma", "2")]).splitlines() == [
        "姓名  id",
        "----  --",
        "王芳  1",
        "Emma  2",
    ]


FLOW = Path(__file__).parents[2] / "ivr_flows" / "survey.yaml"


def test_a_flow_is_drawn_and_its_language_published(capsys: pytest.CaptureFixture[str], config: Config) -> None:
    code, out, _ = said(capsys, config, "flow", "graph", str(FLOW))
    assert code == 0 and out.startswith("flowchart TD\n")
    assert said(capsys, config, "flow", "graph", "--as", "dot", str(FLOW))[1].startswith('digraph "survey"')
    assert "kind_menu" in json.loads(said(capsys, config, "flow", "schema")[1])["$defs"]


def test_scenarios_are_played_and_a_difference_is_shown(
    capsys: pytest.CaptureFixture[str], config: Config, tmp_path: Path
) -> None:
    code, out, _ = said(capsys, config, "flow", "test")
    assert (code, "✗" in out) == (0, False)
    scenarios = FLOW.parent / "scenarios" / "survey.yaml"
    changed = tmp_path / "changed.yaml"
    changed.write_text(scenarios.read_text("utf-8").replace("presses: '1'", "presses: '2'"), "utf-8")
    code, out, _ = said(capsys, config, "flow", "test", str(changed))
    assert code == 1 and "-presses: 2" in out and "+presses: 1" in out
    assert said(capsys, config, "flow", "test", "--write", str(changed))[0] == 0
    assert changed.read_text("utf-8") == scenarios.read_text("utf-8")


def test_the_texts_are_listed_with_what_became_of_them(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, config, "texts")[1] == "No texts.\n"
    with centre.opened(config) as db:
        for key, state in (("c1-3", "delivered"), ("c1-4", "undelivered")):
            sent, _ = texts.ask_for(db, key, "+8613800138000", "request", 1_764_300_000.0)
            assert texts.progress(db, sent.id, state, 1_764_300_001.0, error="30003" if state[0] == "u" else "")
    _, out, _ = said(capsys, config, "texts", "--number", "13800138000", "--state", "undelivered")
    assert "2025-11-28 11:20:00  +8613800138000  request  not delivered  30003" in out
    assert out.count("+8613800138000") == 1
    _, out, _ = said(capsys, config, "texts", "--json")
    assert {json.loads(line)["key"] for line in out.splitlines()} == {"c1-3", "c1-4"}


def test_the_token_of_twilio_is_kept_and_shown_nowhere(
    config: Config, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("t0ken\n"))
    code, out, err = said(capsys, config, "secret", "twilio.auth_token")
    assert (code, config.twilio_token()) == (0, "t0ken")
    assert "t0ken" not in out + err
    assert said(capsys, config, "secret", "twilio.auth_token", "--remove")[0] == 0
    assert config.twilio_token() == ""

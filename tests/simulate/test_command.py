"""`callcenter simulate` as a person, or a program that reads its files, meets it."""

import csv
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callcenter.__main__ import main
from callcenter.config import load
from callcenter.preparation import centre

TRACE = "arrival_s,service_s,patience_s\n10,30,\n5,60,\n20,30,10\n21,5,\n22,5,\n"
CENTRE = """
zone: Asia/Shanghai
skills: [{id: english, name: {zh-CN: 英语, en: English}}]
groups: [{id: desk, name: {zh-CN: 前台, en: Desk}}]
agents:
  - {id: "8001", name: A, queues: [sales], skills: {english: 5}}
  - {id: "8002", name: B, groups: [desk]}
queues:
  - {id: sales, name: {zh-CN: 销售, en: Sales}, groups: [desk], survey: survey, music: calm, credit_s: 3,
     exits: {"1": {to: flow, id: menu}}}
numbers: [{number: "4001", flow: hotline}]
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path)


def simulate(*words: str) -> int:
    return main(["simulate", *words])


def written(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_a_trace_becomes_outcomes_in_its_own_order_and_figures(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--agents", "1", "--lines", "4", "--target", "50", "--calls-out", "out.csv", "--json", "out.json")
    assert simulate("--trace", written("t.csv", TRACE), *words) == 0
    assert Path("out.csv").read_text() == (
        "arrival_s,wait_s,outcome,agent\n10.0,55.0,answered,1\n5.0,0.0,answered,1\n20.0,10.0,abandoned,\n"
        "21.0,74.0,answered,1\n22.0,0.0,blocked,\n"
    )
    figures = json.loads(Path("out.json").read_text())
    expected = {
        "offered": 5, "answered": 3, "abandoned": 1, "blocked": 1, "service_level": 1 / 4, "target_s": 50,
        "asa_s": (55 + 0 + 74) / 3, "mean_wait_s": (55 + 0 + 10 + 74) / 4, "occupancy": 1.0, "p_wait": 3 / 4,
    }  # fmt: skip
    assert {name: figures[name] for name in expected} == expected
    assert "theory" not in figures
    assert "service level  25.00 %" in capsys.readouterr().out


def test_the_target_is_twenty_seconds_unless_told() -> None:
    simulate("--trace", written("t.csv", TRACE), "--agents", "1", "--json", "out.json")
    assert json.loads(Path("out.json").read_text())["target_s"] == 20


@pytest.mark.parametrize(
    ("patience", "lines", "model", "names"),
    [
        (None, None, "Erlang C", {"p_wait", "service_level", "asa_s"}),
        ("90", None, "Erlang A", {"p_wait", "service_level", "asa_s", "p_abandon", "mean_wait_s"}),
        (None, "20", "M/M/n/N", {"p_wait", "service_level", "asa_s", "p_block"}),
        ("90", "14", "Erlang B", {"p_wait", "service_level", "asa_s", "p_abandon", "mean_wait_s", "p_block"}),
    ],
)
def test_calls_by_chance_come_beside_the_formula(
    patience: str | None, lines: str | None, model: str, names: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--calls-per-hour", "200", "--aht", "180", "--agents", "14", "--calls", "20000", "--seed", "7"]
    words += ["--patience", patience] if patience else []
    words += ["--lines", lines] if lines else []
    assert simulate("--generate", *words, "--target", "20", "--json", "o.json", "--calls-out", "o.csv") == 0
    figures = json.loads(Path("o.json").read_text())
    assert figures["theory"].keys() == names | {"model", "occupancy"}
    assert figures["theory"]["model"] == model
    assert abs(figures["service_level"] - figures["theory"]["service_level"]) < 0.05
    assert model in capsys.readouterr().out
    rows = list(csv.DictReader(Path("o.csv").read_text().splitlines()))
    assert len(rows) == figures["offered"] == 20000
    first = Path("o.csv").read_bytes()
    simulate("--generate", *words, "--target", "20", "--calls-out", "o.csv")
    assert Path("o.csv").read_bytes() == first


def test_a_queue_that_only_grows_is_said_and_has_no_number_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--calls-per-hour", "3600", "--aht", "10", "--agents", "10", "--calls", "100")
    assert simulate("--generate", *words, "--json", "o.json") == 0
    assert json.loads(Path("o.json").read_text())["theory"]["asa_s"] is None
    assert "the queue only grows" in capsys.readouterr().out


def test_a_centre_file_brings_agents_queues_skills_and_credit_and_its_flows_need_not_be_there() -> None:
    text = "arrival_s,service_s,queue,skills\n0,10,sales,english\n1,10,,\n2,10,sales,english\n3,1,,\n"
    words = ("--trace", written("t.csv", text), "--centre", written("c.yaml", CENTRE), "--calls-out", "o.csv")
    assert simulate(*words, "--json", "o.json") == 0
    rows = [(row["wait_s"], row["agent"]) for row in csv.DictReader(Path("o.csv").read_text().splitlines())]
    assert rows == [("0.0", "8001"), ("0.0", "8002"), ("8.0", "8001"), ("8.0", "8002")]
    assert json.loads(Path("o.json").read_text())["agents"]["8002"]["answered"] == 2


RELAXED = """
skills: [{id: english, name: {zh-CN: 英语, en: English}}]
agents:
  - {id: "8001", name: A, queues: [gold, plain], skills: {english: 4}}
queues:
  - {id: gold, name: {zh-CN: 金卡, en: Gold}, skills: {english: 8}, weight: 3,
     relax: [{after_s: 30, level: 4}, {after_s: 60, level: 0}]}
  - {id: plain, name: {zh-CN: 普通, en: Plain}, credit_s: 2}
"""


def test_a_centre_file_brings_relaxation_and_weight() -> None:
    """Gold is served from its 30th second on, and goes first then: 31 s three times against 89 s and 2 s credit."""
    text = "arrival_s,service_s,queue\n0,95,plain\n6,5,plain\n59,10,plain\n64,1,gold\n"
    words = ("--trace", written("t.csv", text), "--centre", written("c.yaml", RELAXED), "--calls-out", "o.csv")
    assert simulate(*words) == 0
    waits = [row["wait_s"] for row in csv.DictReader(Path("o.csv").read_text().splitlines())]
    assert waits == ["0.0", "90.0", "42.0", "31.0"]


def test_a_trace_on_another_axis_shows_the_time_of_its_first_day(capsys: pytest.CaptureFixture[str]) -> None:
    text = f"arrival_s,service_s\n{20_000 * 86_400 + 9 * 3600},1\n{20_000 * 86_400 + 9 * 3600 + 1000},1\n"
    simulate("--trace", written("t.csv", text), "--agents", "1")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[-2:]] == ["9:00", "9:15"]


@pytest.mark.parametrize(
    ("trace", "words", "said"),
    [
        (TRACE, ("--centre", "wrong.yaml"), "wrong.yaml:6: agents[0].queues: there is no queue 'sails'; known:"),
        (TRACE, ("--centre", "empty.yaml"), "empty.yaml:1: agents: is empty"),
        (TRACE, ("--centre", "none.yaml"), "none.yaml:1: cannot be read"),
        (TRACE, (), "--trace needs either --agents or --centre"),
        (TRACE, ("--agents", "1", "--centre", "c.yaml"), "--trace needs either --agents or --centre"),
        (TRACE, ("--agents", "1", "--aht", "5"), "--aht does not go with --trace; it goes with --generate"),
        (TRACE, ("--agents", "1", "--json", "no/o.json"), "there is no folder no"),
        (TRACE, ("--agents", "1", "--json", "o", "--calls-out", "./o"), "is named for two results"),
        ("arrival_s,service_s\n1,-2\n", ("--agents", "1"), "t.csv:2: service_s: expected seconds, 0 to"),
        ("arrival_s,service_s,skills\n1,2,french\n", ("--centre", "c.yaml"), "t.csv:2: skills: there is no skill"),
        ("arrival_s,service_s,queue\n1,2,tech\n", ("--centre", "c.yaml"), "t.csv:2: queue: there is no queue 'tech'"),
        ("", ("--agents", "1"), "t.csv:1: the file is empty"),
        (
            "arrival_s,service_s,queue\n1,2,sales\n2,2,orphan\n", ("--centre", "two.yaml"),
            "t.csv:3: queue: no agent can ever serve 'orphan', and the caller never gives up",
        ),
        (TRACE, ("--centre", "two.yaml"), "t.csv:2: queue: is missing, and the centre has several;"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_written(
    trace: str, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    written("c.yaml", CENTRE)
    written("wrong.yaml", CENTRE.replace("queues: [sales]", "queues: [sails]"))
    written("empty.yaml", "queues: [{id: sales, name: {zh-CN: 销售, en: Sales}}]\n")
    orphan = "  - {id: orphan, name: {zh-CN: 无人, en: Nobody}}\nnumbers:"
    written("two.yaml", CENTRE.replace("numbers:", orphan))
    before = set(Path().iterdir())
    words = (*words, *(() if "--calls-out" in words else ("--calls-out", "out.csv")))
    assert simulate("--trace", written("t.csv", trace), *words) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert (out, err.count("\n")) == ("", 1)
    assert set(Path().iterdir()) == before | {Path("t.csv")}


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--generate", "--trace", "t.csv"),
        ("--trace", "t.csv", "--agents", "0"),
        ("--trace", "t.csv", "--agents", "two"),
        ("--trace", "t.csv", "--agents", "1", "--lines", "-1"),
        ("--trace", "t.csv", "--agents", "1", "--target", "nan"),
        ("--generate", "--aht", "0"),
        ("--generate", "--calls", "1.5"),
    ],
)
def test_an_impossible_option_ends_with_two(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        simulate(*words)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_a_generator_needs_rate_time_and_agents(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("--generate", "--aht", "180", "--agents", "3") == 2
    assert "--generate needs --calls-per-hour" in capsys.readouterr().err


def test_what_was_there_stays_when_the_trace_is_wrong() -> None:
    written("out.csv", "kept")
    assert simulate("--trace", written("t.csv", "x\n1\n"), "--agents", "1", "--calls-out", "out.csv") == 2
    assert Path("out.csv").read_text() == "kept"


def test_a_trace_that_is_no_text_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_bytes(b"arrival_s,service_s\n\xff\xfe,1\n")
    assert simulate("--trace", "t.csv", "--agents", "1") == 2
    assert capsys.readouterr().err == "t.csv: cannot be read: not a UTF-8 text\n"


def test_a_result_may_go_to_a_pipe() -> None:
    written("t.csv", TRACE)
    words = ["--trace", "t.csv", "--agents", "2", "--calls-out", "/dev/stdout"]
    command = [sys.executable, "-m", "callcenter", "simulate", *words]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "10.0,0.0,answered,2\n" in answer.stdout


def test_results_are_written_though_nobody_reads_the_table() -> None:
    written("t.csv", TRACE)
    words = ["--trace", "t.csv", "--agents", "2", "--calls-out", "o.csv"]
    with subprocess.Popen(
        [sys.executable, "-m", "callcenter", "simulate", *words], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.close()
        process.wait(60)
    assert len(Path("o.csv").read_text().splitlines()) == 6


# ---- a day of the store


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demo's invented week."""
    file = tmp_path_factory.mktemp("what-if") / "config.yaml"
    file.write_text("demo: true\n")
    centre.database(load(file))
    centre.demo(load(file), lambda _: None)
    return str(file)


def test_yesterday_is_replayed_and_compared_with_other_agents(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate("--what-if", "--config", config, "--json", "o.json", "--chart", "o.svg") == 0
    out = capsys.readouterr().out
    day = json.loads(Path("o.json").read_text())
    yesterday = datetime.now(ZoneInfo("Asia/Shanghai")).date() - timedelta(days=1)
    assert day["date"] == str(yesterday)
    assert [each["name"] for each in day["variants"]] == ["replayed", "-1 agent", "+1 agent", "+2 agents"]
    levels = [each["means"]["service_level"] for each in day["variants"]]
    assert levels[1] < levels[0] <= levels[2] <= levels[3]
    near = abs(levels[0] - day["the_day"]["means"]["service_level"]) <= 0.02
    assert day["reproduced"] == near
    assert ("The replay is " in out) == near
    assert ("does NOT reproduce the day" in out) != near
    assert "In brackets: Erlang A" in out
    assert Path("o.svg").read_text().startswith("<svg ")


def test_agents_are_added_to_one_queue_alone(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("--what-if", "--config", config, "--queue", "sales", "--add", "2", "--json", "o.json") == 0
    day = json.loads(Path("o.json").read_text())
    assert day["queues"] == ["sales"]
    assert [each["added"] for each in day["variants"]] == [0, 2]
    assert "+2 agents" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--date", "2001-01-01"), "No call waited in a queue on 2001-01-01"),
        (("--date", "yesterday"), "--date: expected YYYY-MM-DD, found 'yesterday'"),
        (("--queue", "tech"), "nobody waited in 'tech' on"),
        (("--remove", "50"), "--remove: only 2 agents were there"),
        (("--agents", "3"), "--agents does not go with --what-if"),
    ],
)
def test_a_day_that_cannot_be_replayed_is_said(
    config: str, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate("--what-if", "--config", config, *words) == 2
    assert said in capsys.readouterr().err

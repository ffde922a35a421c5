"""Database and demo: made once, then left as people change them."""

import stat
import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from callcenter.calls.centre import Centre
from callcenter.calls.requests import StaleVersion
from callcenter.config import Config, load
from callcenter.forms.reading import FormError
from callcenter.ivr.parse import FlowError
from callcenter.preparation import centre, centre_file, flows, steps
from callcenter.store import accounts, customers, documents, history, planned_shifts, quality
from callcenter.store.projections import stored_seq


def quiet(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "config.yaml").write_text("demo: true\n")
    config = load(folder / "config.yaml")
    centre.database(config)
    centre.demo(config, quiet)
    return config


def passwords(config: Config) -> dict[str, str]:
    lines = centre.demo_accounts_file(config).read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[1] for line in lines}


def test_the_demo_has_people_customers_flows_and_a_past(prepared: Config) -> None:
    with centre.opened(prepared) as db:
        assert [each.username for each in accounts.all_accounts(db)] == sorted(passwords(prepared))
        assert len(customers.search(db, "")) >= 12
        assert {"hotline", "survey"} <= documents.current_flows(db).keys()
        calls = history.recent_calls(db, limit=2000)
        assert len(calls) > 300
        assert sum(bool(call.customer_name) for call in calls) > len(calls) / 2
        assert stored_seq(db) > len(calls)


def test_the_demo_has_a_score_card_and_shifts_to_come(prepared: Config) -> None:
    with centre.opened(prepared) as db:
        [card] = quality.cards(db)
        assert card.active and len(card.card.questions()) >= 8
        today = datetime.fromtimestamp(time.time(), ZoneInfo("Asia/Shanghai")).date()
        first = (today - date(1970, 1, 1)).days - 1  # it may have been before midnight
        planned = planned_shifts.between(db, first, first + 15)
        assert {shift.agent for shift in planned} == {"8001", "8002", "8003", "8004"}
        assert planned == planned_shifts.between(db, 0, 99_999)


def test_every_account_of_the_file_can_sign_in(prepared: Config) -> None:
    with centre.opened(prepared) as db:
        for username, password in passwords(prepared).items():
            assert accounts.sign_in(db, username, password, "127.0.0.1", time.time()).username == username


def test_the_passwords_are_for_their_owner_only(prepared: Config) -> None:
    assert stat.S_IMODE(centre.demo_accounts_file(prepared).stat().st_mode) == 0o600
    assert len(set(passwords(prepared).values())) == len(passwords(prepared))


def test_a_second_time_changes_nothing(prepared: Config) -> None:
    before = passwords(prepared)
    centre.database(prepared)
    assert centre.demo(prepared, quiet) == "there"
    assert passwords(prepared) == before


def test_an_exported_centre_comes_back_as_it_was(prepared: Config, tmp_path: Path) -> None:
    file = tmp_path / "centre.yaml"
    with centre.opened(prepared) as db:
        current = documents.current_centre(db)
        assert current is not None
        file.write_text(centre_file.written(current.document, current.version), encoding="utf-8")
        assert centre_file.read_centre(file, db) == (current.document, current.version)


def test_a_refused_centre_leaves_the_last_one_in_force(prepared: Config) -> None:
    def refuse(_version: int, _centre: Centre) -> None:
        raise RuntimeError("callers are waiting")

    before = centre.current(prepared)
    with centre.opened(prepared) as db, pytest.raises(RuntimeError):
        centre_file.apply(db, Centre(), None, "test", refuse)
    assert centre.current(prepared) == before


def test_a_stale_centre_is_refused_and_a_new_agent_is_said_to_have_no_account(prepared: Config) -> None:
    before = centre.current(prepared)
    more = msgspec.structs.replace(
        before, agents=(*before.agents, msgspec.structs.replace(before.agents[0], id="8009"))
    )
    in_force: list[int] = []
    with centre.opened(prepared) as db:
        applied = centre_file.apply(db, more, None, "test", lambda version, _: in_force.append(version))
        assert (applied.without_account, in_force) == (("8009",), [applied.version])
        with pytest.raises(StaleVersion):
            centre_file.apply(db, before, applied.version - 1, "test", lambda *_: None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("agents:\n- {id: '80', name: x}\n", ":2: agents[0].id: expected three to six digits"),
        (
            "agents:\n- {id: '8001', name: x, queues: [nowhere]}\n",
            ":2: agents[0].queues: there is no queue 'nowhere'",
        ),
        ("numbers:\n- {number: '4001', flow: lost}\n", ":2: numbers[0].flow: there is no flow 'lost'"),
        ("zone: Mars/Olympus\n", ":1: zone: there is no time zone 'Mars/Olympus'"),
    ],
)
def test_a_mistake_in_a_centre_file_is_named_with_its_line(
    prepared: Config, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "c.yaml").write_text(text)
    with centre.opened(prepared) as db, pytest.raises(FormError) as refused:
        centre_file.read_centre(tmp_path / "c.yaml", db)
    assert said in str(refused.value)


def test_a_centre_without_a_queue_that_a_flow_needs_is_refused(prepared: Config, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("queues: []\n")
    with centre.opened(prepared) as db, pytest.raises(FlowError, match=r"flow closed \(in force\):\d+: .*support"):
        centre_file.read_centre(tmp_path / "c.yaml", db)


def test_flows_of_one_folder_may_name_each_other_and_all_problems_are_said(tmp_path: Path) -> None:
    for name in ("a", "b"):
        text = f"flow: {name}\nname: {{zh-CN: x, en: x}}\nstart: nowhere\nnodes: {{}}\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    with pytest.raises(FlowError) as refused:
        flows.read_flows(flows.flow_files(tmp_path), Centre(), {})
    assert {Path(each.origin).name for each in refused.value.problems} == {"a.yaml", "b.yaml"}


def test_steps_are_shown_with_number_outcome_and_time() -> None:
    shown: list[str] = []
    name = msgspec.convert({"zh-CN": "甲", "en": "A"}, steps.Text)
    steps.carry_out([steps.Step(name, lambda _: "done")] * 2, shown.append, lambda text: text.en)
    assert shown == ["[1/2] A: done (0.0 s)", "[2/2] A: done (0.0 s)"]

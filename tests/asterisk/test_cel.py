"""Calls put together from CEL lines: recorded ones, broken ones, rotated files, and what is remembered."""

from pathlib import Path

import pytest

from callcenter.asterisk.cel import CelReader, parsed
from callcenter.asterisk.configuration import CEL_FIELDS
from callcenter.calls.signals import CallFromCel, CelTalk

RECORDED = (Path(__file__).parent / "recorded/one_call.cel").read_bytes()


def line(event: str, at: float, channel: str = "cc1-1.1", **fields: str) -> bytes:
    known = {"eventtype": event, "eventtime": f"{at:.6f}", "uniqueid": channel, "accountcode": "cc1-1.1", **fields}
    quoted = (known.get(name, "").replace('"', '""') for name in CEL_FIELDS)
    return (",".join(f'"{value}"' for value in quoted) + "\n").encode()


def own(event: str, at: float, extra: str) -> bytes:
    return line(event, at, userdeftype=event, eventextra=f'{{"extra":"{extra}"}}')


def hangup(at: float, source: str, cause: int = 16) -> bytes:
    return line("HANGUP", at, eventextra=f'{{"hangupcause":{cause},"hangupsource":"{source}","dialstatus":""}}')


def arrival(at: float = 100.0, **fields: str) -> bytes:
    began = line("CHAN_START", at, accountcode="", channame="PJSIP/trunk-00000001")
    arrived = {"userdeftype": "CC_ARRIVED", "num": "13800138000", "name": "王小明", **fields}
    return began + line("CC_ARRIVED", at + 0.5, eventextra='{"extra":"95001"}', **arrived)


def departure(at: float = 130.0, source: str = "PJSIP/trunk-00000001") -> bytes:
    return hangup(at, source) + line("CHAN_END", at)


AGENT = {"channel": "cc1-2.2", "channame": "PJSIP/8001-web-00000002"}


class Cel:
    """A CEL file under a test, and a reader of it."""

    def __init__(self, folder: Path, **options: float) -> None:
        self.file, self.memory = folder / "cel/events.csv", folder / "cel.json"
        self.file.parent.mkdir(exist_ok=True)
        self.options = options
        self.reader = self.new_reader()

    def new_reader(self) -> CelReader:
        return CelReader(self.file, self.memory, **self.options)

    def write(self, data: bytes) -> "Cel":
        with self.file.open("ab") as file:
            file.write(data)
        return self

    def read(self) -> list[CallFromCel]:
        return self.reader.read()

    def rotate(self) -> None:
        self.file.rename(self.file.with_name("events.csv.1"))


@pytest.fixture
def cel(tmp_path: Path) -> Cel:
    return Cel(tmp_path)


def test_a_recorded_call_is_put_together(cel: Cel) -> None:
    assert cel.write(RECORDED).read() == [
        CallFromCel(
            at=1795285912.236980,
            interaction="test-1795285908.0",
            caller="13800138000",
            caller_name="",
            dialled="4001234",
            arrived_at=1795285908.624875,
            talks=(CelTalk(agent="8001", device="desk", began_at=1795285911.370147, ended_at=1795285911.989392),),
            recording="test-1795285908.0.raw",
            ended_by="agent",
            cause=16,
        )
    ]
    assert cel.reader.bad_lines == 0


def test_a_call_is_told_once_wherever_the_file_ended_at_the_first_reading(tmp_path: Path) -> None:
    for cut in range(0, len(RECORDED), 7):
        folder = tmp_path / str(cut)
        folder.mkdir()
        cel = Cel(folder).write(RECORDED[:cut])
        first = cel.read()
        cel.reader.remember()
        cel.reader = cel.new_reader()
        told = first + cel.write(RECORDED[cut:]).read()
        assert len(told) == 1, f"cut at byte {cut}"
        assert told[0].talks[0].agent == "8001"
        assert cel.reader.bad_lines == 0


def test_the_fallback_queue_and_its_place_are_read(cel: Cel) -> None:
    [told] = cel.write(arrival() + own("CC_FALLBACK", 105.0, "sales/1700000000.5") + departure()).read()
    assert (told.queue, told.queued_at, told.dialled, told.caller_name) == (
        "sales",
        1_700_000_000.5,
        "95001",
        "王小明",
    )


def test_two_talks_of_one_call_are_two(cel: Cel) -> None:
    cel.write(arrival())
    for began, ended in ((105.0, 110.0), (115.0, 120.0)):
        cel.write(line("BRIDGE_ENTER", began, **AGENT) + line("BRIDGE_EXIT", ended, **AGENT))
    [told] = cel.write(departure()).read()
    assert [(talk.began_at, talk.ended_at) for talk in told.talks] == [(105.0, 110.0), (115.0, 120.0)]


def test_an_agent_who_leaves_the_bridge_after_the_caller_is_waited_for(cel: Cel) -> None:
    cel.write(arrival() + line("BRIDGE_ENTER", 105.0, **AGENT) + departure(120.0))
    assert cel.read() == []
    [told] = cel.write(line("BRIDGE_EXIT", 120.1, **AGENT)).read()
    assert told.talks == (CelTalk(agent="8001", device="web", began_at=105.0, ended_at=120.1),)


@pytest.mark.parametrize(
    ("source", "ended_by"),
    [
        ("PJSIP/trunk-00000001", "caller"),
        ("PJSIP/8001-00000002", "agent"),
        ("PJSIP/8001-web-00000002", "agent"),
        ("dialplan/builtin", "system"),
        ("", "system"),
    ],
)
def test_who_ended_the_call(cel: Cel, source: str, ended_by: str) -> None:
    [told] = cel.write(arrival() + departure(source=source)).read()
    assert told.ended_by == ended_by


def test_a_missing_file_is_an_empty_one(cel: Cel) -> None:
    assert cel.read() == []


def test_bad_lines_are_counted_and_cost_only_themselves(cel: Cel) -> None:
    broken = b'garbage\n"a","b"\n\xff\xfe\n\n"unclosed\n' + line("HANGUP", 1.0).replace(b"1.000000", b"soon")
    assert len(cel.write(arrival() + broken + departure()).read()) == 1
    assert cel.reader.bad_lines == 6


def test_calls_that_are_no_calls_of_the_centre_are_left_out(cel: Cel) -> None:
    echo = line("CHAN_START", 100.0, "cc1-9.9", accountcode="") + line("CHAN_END", 101.0, "cc1-9.9", accountcode="")
    assert cel.write(echo).read() == []
    assert cel.reader._began == {}


def test_nothing_is_kept_of_a_call_that_was_told(cel: Cel) -> None:
    cel.write(RECORDED).read()
    assert (dict(cel.reader._open), dict(cel.reader._began)) == ({}, {})


def test_a_call_goes_on_across_a_rotation(cel: Cel) -> None:
    cel.write(arrival()).read()
    cel.write(line("BRIDGE_ENTER", 105.0, **AGENT))
    cel.rotate()
    [told] = cel.write(line("BRIDGE_EXIT", 110.0, **AGENT) + departure()).read()
    assert told.talks[0].began_at == 105.0


def test_a_rotation_between_two_runs_loses_nothing(cel: Cel) -> None:
    cel.write(arrival()).read()
    cel.reader.remember()
    cel.write(line("BRIDGE_ENTER", 105.0, **AGENT))
    cel.rotate()
    cel.write(line("BRIDGE_EXIT", 110.0, **AGENT) + departure())
    cel.reader = cel.new_reader()
    [told] = cel.read()
    assert (told.arrived_at, told.talks[0].began_at) == (100.0, 105.0)


def test_a_file_that_was_emptied_is_read_from_its_beginning(cel: Cel) -> None:
    cel.write(arrival() + departure()).read()
    cel.file.write_bytes(b"")
    again = arrival().replace(b"cc1-1.1", b"cc1-3.3") + departure().replace(b"cc1-1.1", b"cc1-3.3")
    cel.read()
    assert [told.interaction for told in cel.write(again).read()] == ["cc1-3.3"]


def test_a_call_told_beside_an_open_one_is_not_told_to_the_next_run(cel: Cel) -> None:
    other = (arrival(101.0) + departure(110.0)).replace(b"cc1-1.1", b"cc1-3.3")
    assert [told.interaction for told in cel.write(arrival() + other).read()] == ["cc1-3.3"]
    cel.reader.remember()
    cel.reader = cel.new_reader()
    assert [told.interaction for told in cel.write(departure()).read()] == ["cc1-1.1"]


def test_calls_that_died_with_asterisk_end_with_what_was_written(cel: Cel) -> None:
    alive = arrival(101.0).replace(b"cc1-1.1", b"cc1-3.3")
    cel.write(arrival() + alive + line("BRIDGE_ENTER", 105.0, **AGENT)).read()
    [told] = cel.reader.give_up({"cc1-3.3"})
    assert (told.at, told.ended_by, told.cause) == (105.0, "system", 41)
    assert cel.reader.open_calls == {"cc1-3.3"}
    assert cel.write(departure()).read() == []


def test_a_call_that_never_ends_is_not_kept_for_ever(cel: Cel) -> None:
    cel.write(arrival(100.0)).read()
    cel.write(arrival(100.0 + 90_000).replace(b"cc1-1.1", b"cc1-3.3")).read()
    assert cel.reader.open_calls == {"cc1-3.3"}


def test_calls_before_a_given_moment_are_not_told(tmp_path: Path) -> None:
    cel = Cel(tmp_path, not_before=200.0)
    assert cel.write(arrival() + departure()).read() == []


def test_a_damaged_memory_is_as_good_as_none(cel: Cel) -> None:
    cel.memory.write_text("{")
    cel.reader = cel.new_reader()
    assert len(cel.write(RECORDED).read()) == 1


def test_quotes_and_separators_inside_a_field_stay_in_it() -> None:
    row = parsed(line("CC_ARRIVED", 1.0, name='Bob "x", 张三\\', channame="PJSIP/a-1"))
    assert row is not None
    assert (row.caller_name, row.name) == ('Bob "x", 张三\\', "PJSIP/a-1")

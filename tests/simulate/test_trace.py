"""Tables of calls: what is read, and what a wrong one is told."""

import csv
import io
import math
import random

import pytest

from callcenter.simulate import trace
from callcenter.simulate.calls import Call, like_agents
from callcenter.simulate.run import run


def calls(text: str, names: trace.Names = trace.Names()) -> list[Call]:
    return trace.read(io.StringIO(text, newline=""), names).calls


def test_two_columns_are_enough_in_any_order() -> None:
    assert calls("service_s,arrival_s\n30,0.5\n1e2,7\n") == [Call(0.5, 30.0), Call(7.0, 100.0)]


def test_all_columns_and_their_empty_fields() -> None:
    text = "arrival_s,service_s,patience_s,queue,credit_s,skills\n1,2,3,sales,4,english+chinese\n1,2,,,,\n"
    full, bare = calls(text)
    assert full == Call(1, 2, 3, "sales", 4, (("chinese", 1), ("english", 1)))
    assert bare == Call(1, 2, math.inf, "calls", 0, ())


def test_a_byte_order_mark_blank_lines_and_dos_line_ends_are_passed_over() -> None:
    text = "\ufeffarrival_s, service_s\r\n\r\n1, 2\r\n  ,\r\n\r\n3,4\r\n"
    found = trace.read(io.StringIO(text, newline=""))
    assert [call.arrival_s for call in found.calls] == [1, 3]
    assert found.lines == [3, 6]


HEAD = "arrival_s,service_s,patience_s,queue,credit_s,skills\n"
NAMES = trace.Names(frozenset({"sales", "support"}), frozenset({"english"}), None)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, "", "the file is empty; expected a header with the columns arrival_s, service_s"),
        ("\n \n", 1, "", "the file is empty"),
        ("arrival_s,service_s\n", 1, "", "there is no call"),
        ("arrival_s,patience_s\n1,2\n", 1, "service_s", "is missing"),
        ("arrival_s,service_s,patience\n1,2,3\n", 1, "patience", "did you mean patience_s?"),
        ("1,2\n3,4\n", 1, "1", "is no column known here"),
        ("arrival_s,service_s,service_s\n1,2,3\n", 1, "service_s", "is there twice"),
        ("arrival_s,service_s\n1,2\n3,-4\n", 3, "service_s", "expected seconds, 0 to 100000000000, found '-4'"),
        ("arrival_s,service_s\n-1,2\n", 2, "arrival_s", "found '-1'"),
        ("arrival_s,service_s\n1,nan\n", 2, "service_s", "found 'nan'"),
        ("arrival_s,service_s\ninf,1\n", 2, "arrival_s", "found 'inf'"),
        ("arrival_s,service_s\n1e300,1\n", 2, "arrival_s", "found '1e300'"),
        ("arrival_s,service_s\n1_0,1\n", 2, "arrival_s", "found '1_0'"),
        ("arrival_s,service_s\n,1\n", 2, "arrival_s", "found ''"),
        ("arrival_s,service_s\nsoon,1\n", 2, "arrival_s", "found 'soon'"),
        ("arrival_s,service_s\n1,2,3\n", 2, "", "has 3 fields; expected 2"),
        ("arrival_s,service_s\n1\n", 2, "", "has 1 field; expected 2"),
        ('arrival_s,service_s\n1,"2\n', 2, "", "not valid CSV"),
        (HEAD + "1,2,-3,sales,0,\n", 2, "patience_s", "or nothing for a caller who never gives up, found '-3'"),
        (HEAD + "1,2,inf,sales,0,\n", 2, "patience_s", "found 'inf'"),
        (HEAD + "1,2,3,sales,-1,\n", 2, "credit_s", "found '-1'"),
        (HEAD + "1,2,3,salse,0,\n", 2, "queue", "there is no queue 'salse'; known: sales, support"),
        (HEAD + "1,2,3,,0,\n", 2, "queue", "is missing, and the centre has several; expected one of sales, support"),
        (HEAD + "1,2,3,sales,0,english+french\n", 2, "skills", "there is no skill 'french'; known: english"),
        (HEAD + "1,2,3,sales,0,english+\n", 2, "skills", "expected skills joined by +"),
    ],
)
def test_a_wrong_table_is_told_where_and_what_is_allowed(text: str, line: int, column: str, said: str) -> None:
    with pytest.raises(trace.TraceError) as wrong:
        calls(text, NAMES if text.startswith(HEAD) else trace.Names())
    assert (wrong.value.line, wrong.value.column) == (line, column)
    assert said in wrong.value.message


def test_what_is_written_reads_back_the_same_to_the_last_bit() -> None:
    rng = random.Random(8)
    given = [Call(rng.random() * 1e9, rng.random() * 1e5, rng.random() * 1e3) for _ in range(50)]
    floor = like_agents(2, given)
    served = run(floor, given, rng)
    rows = list(csv.DictReader("".join(trace.written(given, served, floor)).splitlines()))
    assert list(rows[0]) == ["arrival_s", "wait_s", "outcome", "agent"]
    assert [float(row["arrival_s"]) for row in rows] == [call.arrival_s for call in given]
    assert [float(row["wait_s"]) for row in rows] == served.waits_s
    assert [row["outcome"] for row in rows] == served.endings
    assert all((row["agent"] in ("1", "2")) == (row["outcome"] == "answered") for row in rows)

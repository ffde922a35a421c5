"""Names in place of ids in what people read."""

import msgspec

from callcenter.calls.centre import Centre, Choice, Queue
from callcenter.calls.languages import Text
from callcenter.reporting import books
from callcenter.reporting.flow_names import flow_names
from callcenter.reporting.naming import named, queue_names
from callcenter.reporting.sheets import Book, Column, Sheet
from callcenter.store import documents
from callcenter.store.reports.result import Discrepancy

NAME = Text(zh="名", en="Name")
CENTRE = Centre(
    queues=(Queue(id="support", name=Text(zh="技术支持", en="Support")),),
    pause_reasons=(Choice(id="waiting", name=Text(zh="等货", en="Waiting for goods")),),
)
FLOWS = {"hotline": Text(zh="热线", en="Hotline")}


def cell(column, value, language="en"):
    sheet = Sheet(id="x", name=NAME, columns=(column,), rows=((value,),))
    book = Book(report="x", title=NAME, zone="UTC", from_at=0.0, to_at=1.0, sheets=(sheet,), notes=())
    return named(book, CENTRE, FLOWS, language).sheets[0].rows[0][0]


def test_a_pause_reason_is_called_what_the_centre_calls_it_also_when_its_id_is_a_word_of_ours():
    reason = Column(id="pause_reason", kind="choice", name=NAME)
    assert (cell(reason, "waiting"), cell(reason, "gone")) == ("Waiting for goods", "gone")
    assert cell(Column(id="result", kind="choice", name=NAME), "waiting") == "Back to waiting"


def test_flows_and_surveys_are_called_by_their_names():
    for id_ in ("flow", "survey"):
        column = Column(id=id_, kind="text", name=NAME)
        assert (cell(column, "hotline", "zh-CN"), cell(column, "old")) == ("热线", "old")
    assert cell(Column(id="path", kind="text", name=NAME), "hotline") == "hotline"


def test_what_does_not_add_up_names_the_queue():
    wrong = Discrepancy(rule="conservation", of="support", at=None, left=3, right=2)
    said = books.sentence(wrong, "UTC", queue_names(CENTRE))
    assert (said.zh[:4], said.en) == ("技术支持", "Support: 3 offered, 2 in the exits and waiting")
    assert books.sentence(msgspec.structs.replace(wrong, of="gone"), "UTC", {}).en.startswith("gone: 3")


def test_names_of_flows_are_read_of_those_in_force(db):
    documents.save_flow(db, "hotline", "flow: hotline\nname: {zh-CN: 热线, en: Hotline}\n", "x", 0, 1.0)
    documents.save_flow(db, "broken", "flow: [", "x", 0, 1.0)
    assert flow_names(db) == FLOWS

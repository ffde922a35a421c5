import pytest

from callcenter.calls.requests import StaleVersion
from callcenter.store import documents, flow_drafts, flow_retirements


@pytest.fixture
def flows(db):
    documents.save_flow(db, "spring", "one", "admin", 0, 10.0)
    documents.save_flow(db, "spring", "two", "admin", 1, 20.0)
    documents.save_flow(db, "summer", "one", "admin", 0, 30.0)
    return db


def test_a_retired_flow_is_not_current_and_keeps_its_history(flows):
    flow_retirements.retire(flows, "spring", 2, "boss", 40.0, "over")
    assert list(documents.current_flows(flows)) == ["summer"]
    assert documents.newest_version(flows, "spring") == 2
    assert [one.version for one in flow_drafts.history(flows, "spring")] == [2, 1]
    (retired,) = flow_retirements.retirements(flows).values()
    assert (retired.flow, retired.version, retired.retired_by, retired.note) == ("spring", 2, "boss", "over")


def test_the_next_version_brings_it_back_and_it_can_be_retired_again(flows):
    flow_retirements.retire(flows, "spring", 2, "boss", 40.0, "")
    documents.save_flow(flows, "spring", "three", "admin", 2, 50.0)
    assert documents.current_flows(flows)["spring"].version == 3
    assert flow_retirements.retirements(flows) == {}
    flow_retirements.retire(flows, "spring", 3, "boss", 60.0, "")
    assert flow_retirements.retirements(flows)["spring"].version == 3


def test_a_version_nobody_has_seen_is_not_retired(flows):
    with pytest.raises(StaleVersion, match="at version 2"):
        flow_retirements.retire(flows, "spring", 1, "boss", 40.0, "")
    assert flow_retirements.retirements(flows) == {}


def test_a_retirement_that_was_refused_is_taken_back(flows):
    flow_retirements.retire(flows, "spring", 2, "boss", 40.0, "")
    flow_retirements.take_back(flows, "spring")
    assert documents.current_flows(flows)["spring"].source == "two"


def test_the_draft_goes_with_it(flows):
    flow_drafts.save_draft(flows, "spring", "mine", 2, 0, "admin", 35.0)
    flow_retirements.drop_draft(flows, "spring")
    assert flow_drafts.draft(flows, "spring") is None

"""The centre document: what leads nowhere is named with its place."""

import msgspec
import pytest

from callcenter.calls.centre import Agent, Centre, Number, Queue, agent_device, endpoint
from callcenter.calls.languages import Text
from callcenter.calls.problems import problems

QUEUE = Queue(id="support", name=Text("支持", "Support"))


def found(centre: Centre, *flows: str) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in problems(centre, frozenset(flows))]


def test_a_sound_document_has_no_problems():
    centre = Centre(
        agents=(Agent(id="8001", name="A", queues=("support",)),),
        queues=(QUEUE,),
        numbers=(Number(number="4001", flow="hotline"),),
    )
    assert found(centre, "hotline") == []


def test_a_queue_or_flow_that_is_not_there_is_named_with_those_that_are():
    centre = Centre(
        agents=(Agent(id="8001", name="A", queues=("sales",)),),
        queues=(QUEUE,),
        numbers=(Number(number="4001", flow="nowhere"),),
    )
    assert found(centre, "hotline") == [
        ("agents[0].queues", "there is no queue 'sales'; known: support"),
        ("numbers[0].flow", "there is no flow 'nowhere'; known: hotline"),
    ]


def test_an_id_that_is_there_twice_is_named():
    assert found(Centre(queues=(QUEUE, QUEUE))) == [
        ("queues[1]", "'support' is there twice; every id must be unique")
    ]


@pytest.mark.parametrize("agent_id", ["80", "8001&", "PJSIP/1", "8001-web", "８００１"])
def test_an_agents_id_is_three_to_six_digits(agent_id):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"agents": [{"id": agent_id, "name": "A"}]}, Centre)


@pytest.mark.parametrize("device", ["web", "desk"])
def test_an_account_tells_agent_and_device(device):
    assert agent_device(endpoint("8001", device)) == ("8001", device)


@pytest.mark.parametrize("account", ["demo-trunk", "testphone", "8001-fax", "", "-web"])
def test_other_accounts_are_no_agents(account):
    assert agent_device(account) is None

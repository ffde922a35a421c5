"""Pictures of a small centre, as the engine would publish them."""

from typing import Any

from callcenter.calls.centre import Agent, Centre, Choice, Number, Queue, Staff
from callcenter.calls.languages import Text
from callcenter.calls.views import AgentView, CallView, Floor, OfferView, QueueView, SystemView

CALLER = "+8613800138000"
AGENTS = (("8001", "Li Na"), ("8002", "Wang Wei"))
SALES = Text(zh="销售", en="Sales")


def centre() -> Centre:
    return Centre(
        agents=(
            Agent(id="8001", name="Li Na", queues=("sales",)),
            Agent(id="8002", name="Wang Wei", queues=("sales",)),
        ),
        staff=(Staff(id="boss", name="Zhao Min", role="supervisor"),),
        queues=(Queue(id="sales", name=SALES),),
        numbers=(Number(number="+862155550100", flow="welcome"),),
        pause_reasons=(Choice(id="lunch", name=Text(zh="午餐", en="Lunch")),),
        dispositions=(Choice(id="sold", name=Text(zh="成交", en="Sold")),),
    )


def agent(agent_id: str = "8001", **fields: Any) -> AgentView:
    given: dict[str, Any] = {"state": "ready", "intent": "ready", "since": 100.0, "queues": ("sales",)}
    return AgentView(id=agent_id, name=f"Agent {agent_id}", **(given | fields))


def call(call_id: str = "cc1-1.1", **fields: Any) -> CallView:
    given: dict[str, Any] = {
        "phase": "waiting",
        "since": 110.0,
        "arrived_at": 100.0,
        "caller": CALLER,
        "caller_name": "",
        "dialled": "+862155550100",
        "language": "zh-CN",
        "queue": "sales",
        "queued_at": 110.0,
    }
    return CallView(id=call_id, **(given | fields))


def offer(agent_id: str = "8001", offer_id: str = "o1") -> OfferView:
    return OfferView(id=offer_id, agent=agent_id, device="web", until=150.0)


def floor(seq: int = 1, calls: tuple[CallView, ...] = (), agents: tuple[AgentView, ...] | None = None) -> Floor:
    return Floor(
        seq=seq,
        system=SystemView(asterisk="up", asterisk_since=1.0, centre_version=1, started_at=1.0),
        agents={view.id: view for view in (agents or (agent("8001"), agent("8002")))},
        calls={view.id: view for view in calls},
        queues={"sales": QueueView(id="sales", name=SALES, waiting=0, longest_since=0.0, staffed=2, ready=2)},
    )

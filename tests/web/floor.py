"""Pictures of a small centre, as the engine would publish them."""

from typing import Any

from callcenter.calls.centre import Agent, Centre, Choice, Disposition, Number, Queue, Staff, Tier
from callcenter.calls.languages import Text
from callcenter.calls.views import (
    AgentView,
    Bystander,
    CallbackView,
    CallView,
    Floor,
    OfferView,
    QueueView,
    SystemView,
    Why,
)

CALLER = "+8613800138000"
AGENTS = (("8001", "Li Na"), ("8002", "Wang Wei"))
SALES = Text(zh="销售", en="Sales")


def centre() -> Centre:
    return Centre(
        skills=(Choice(id="english", name=Text(zh="英语", en="English")),),
        tiers=(Tier(id="A", name=Text(zh="贵宾", en="Gold"), credit_s=90),),
        agents=(
            Agent(id="8001", name="Li Na", queues=("sales",)),
            Agent(id="8002", name="Wang Wei", queues=("sales",)),
        ),
        staff=(Staff(id="boss", name="Zhao Min", role="supervisor"),),
        queues=(Queue(id="sales", name=SALES),),
        numbers=(Number(number="+862155550100", flow="welcome"),),
        pause_reasons=(Choice(id="lunch", name=Text(zh="午餐", en="Lunch")),),
        dispositions=(Disposition(id="sold", name=Text(zh="成交", en="Sold")),),
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


def callback(callback_id: str = "cc1-1.1-cb", **fields: Any) -> CallbackView:
    given: dict[str, Any] = {
        "state": "due",
        "number": CALLER,
        "queue": "sales",
        "queued_at": 110.0,
        "asked_in": "cc1-1.1",
        "asked_at": 150.0,
        "again_at": 0.0,
        "expires_at": 9000.0,
        "attempts": 0,
    }
    return CallbackView(id=callback_id, **(given | fields))


def why(interaction: str = "cc1-1.1") -> Why:
    bystander = Bystander(agent="8001", name="Li Na", excluded="lacks_skill", since=100.0, detail="english 3")
    return Why(
        interaction=interaction,
        at=120.0,
        queue="sales",
        phase="waiting",
        waited_s=10.0,
        credit_s=0.0,
        ahead=0,
        needs={"english": 3},
        level=10,
        next_relaxation_at=140.0,
        only="",
        only_until=0.0,
        agents=(bystander,),
    )


def offer(agent_id: str = "8001", offer_id: str = "o1", *others: str) -> OfferView:
    return OfferView(id=offer_id, agent=agent_id, device="web", until=150.0, agents=(agent_id, *others))


def floor(seq: int = 1, calls: tuple[CallView, ...] = (), agents: tuple[AgentView, ...] | None = None) -> Floor:
    return Floor(
        seq=seq,
        system=SystemView(asterisk="up", asterisk_since=1.0, centre_version=1, started_at=1.0),
        agents={view.id: view for view in (agents or (agent("8001"), agent("8002")))},
        calls={view.id: view for view in calls},
        queues={"sales": QueueView(id="sales", name=SALES, waiting=0, longest_since=0.0, staffed=2, ready=2)},
    )

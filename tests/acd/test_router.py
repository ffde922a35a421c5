"""The router's promises: nobody idles while somebody waits, and callers are served in order."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from callcenter.acd.router import Match, Router


def test_the_longest_idle_agent_gets_the_caller():
    router = Router()
    router.free("8001", ("support",), idle_since=20.0)
    router.free("8002", ("support",), idle_since=10.0)
    router.enter("call", "support", due_at=30.0)
    assert router.matches() == [Match("call", "8002", "support")]


def test_an_agent_of_several_queues_serves_whoever_waits_longest_over_all_of_them():
    router = Router()
    router.enter("sales-call", "sales", due_at=5.0)
    router.enter("support-call", "support", due_at=3.0)
    assert router.matches() == []
    router.free("8001", ("sales", "support"), idle_since=9.0)
    assert router.matches() == [Match("support-call", "8001", "support")]


def test_a_caller_who_comes_back_stands_at_the_old_place():
    router = Router()
    router.enter("first", "support", due_at=1.0)
    router.enter("second", "support", due_at=2.0)
    router.leave("first")
    router.enter("first", "support", due_at=1.0)
    assert router.ahead_of("first") == 0
    assert router.ahead_of("second") == 1


def test_a_freed_agent_costs_nothing_in_queues_that_are_not_his():
    router = Router()
    router.enter("call", "sales", due_at=1.0)
    router.free("8001", ("support",), idle_since=1.0)
    assert router.matches() == []
    assert router.waiting("sales") == 1
    assert router.idle("support") == 1


QUEUES = ("a", "b", "c")


class RouterMachine(RuleBasedStateMachine):
    """Against a model that scans everybody: callers and agents come and go in any order."""

    items = Bundle("items")
    agents = Bundle("agents")

    def __init__(self) -> None:
        super().__init__()
        self.router = Router()
        self.waiting: dict[str, tuple[str, float]] = {}
        self.idle: dict[str, tuple[tuple[str, ...], float]] = {}
        self.count = 0

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count:04}"

    @rule(target=items, queue=st.sampled_from(QUEUES), due_at=st.integers(0, 5))
    def enter(self, queue, due_at):
        item = self.name("call")
        self.router.enter(item, queue, due_at)
        self.waiting[item] = (queue, due_at)
        return item

    @rule(item=consumes(items))
    def leave(self, item):
        self.router.leave(item)
        self.waiting.pop(item, None)

    @rule(
        target=agents,
        queues=st.lists(st.sampled_from(QUEUES), unique=True).map(tuple),
        idle_since=st.integers(0, 5),
    )
    def free(self, queues, idle_since):
        agent = self.name("agent")
        self.router.free(agent, queues, idle_since)
        self.idle[agent] = (queues, idle_since)
        return agent

    @rule(agent=consumes(agents))
    def occupy(self, agent):
        self.router.occupy(agent)
        self.idle.pop(agent, None)

    @rule()
    def match(self):
        expected = []
        while best := self.most_due_with_an_agent():
            expected.append(best)
            del self.waiting[best.item], self.idle[best.agent]
        assert self.router.matches() == expected

    def most_due_with_an_agent(self):
        def candidates(queue):
            return sorted((since, agent) for agent, (queues, since) in self.idle.items() if queue in queues)

        heads = sorted((due_at, queue, item) for item, (queue, due_at) in self.waiting.items() if candidates(queue))
        if not heads:
            return None
        _, queue, item = heads[0]
        return Match(item, candidates(queue)[0][1], queue)

    @invariant()
    def counts_agree(self):
        for queue in QUEUES:
            assert self.router.waiting(queue) == sum(q == queue for q, _ in self.waiting.values())
            assert self.router.idle(queue) == sum(queue in queues for queues, _ in self.idle.values())


RouterMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestRouterAgainstAScanOfEverybody = RouterMachine.TestCase

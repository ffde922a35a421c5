"""One queue of like agents, served plainly: first come, first served by effective arrival, with patience and lines.

Nothing of the simulator is used here: lists, searched from end to end.
"""

import math
from typing import NamedTuple


class Plain(NamedTuple):
    arrival_s: float
    service_s: float
    patience_s: float = math.inf
    credit_s: float = 0.0


def served(calls: list[Plain], agents: int, lines: float = math.inf) -> list[tuple[str, float]]:
    """(outcome, wait) of every call, in the order given."""
    outcome: dict[int, tuple[str, float]] = {}
    free_at = [-math.inf] * agents
    queue: list[int] = []

    def first_in_line() -> int:
        return min(queue, key=lambda i: (calls[i].arrival_s - calls[i].credit_s, calls[i].arrival_s, i))

    def until(moment: float) -> None:
        """Everything up to and including this moment: agents who become free take the next before patience ends."""
        while queue:
            agent = min(range(agents), key=lambda a: free_at[a])
            leaver = min(queue, key=lambda i: calls[i].arrival_s + calls[i].patience_s)
            leaves_at = calls[leaver].arrival_s + calls[leaver].patience_s
            if min(free_at[agent], leaves_at) > moment:
                return
            if free_at[agent] <= leaves_at:
                i = first_in_line()
                start(i, agent, free_at[agent])
            else:
                queue.remove(leaver)
                outcome[leaver] = ("abandoned", calls[leaver].patience_s)

    def start(i: int, agent: int, now: float) -> None:
        if i in queue:
            queue.remove(i)
        outcome[i] = ("answered", now - calls[i].arrival_s)
        free_at[agent] = now + calls[i].service_s

    for i in sorted(range(len(calls)), key=lambda i: calls[i].arrival_s):
        now = calls[i].arrival_s
        until(now)
        idle = [agent for agent in range(agents) if free_at[agent] <= now]
        if len(queue) + agents - len(idle) >= lines:
            outcome[i] = ("blocked", 0.0)
        elif idle:
            start(i, idle[0], now)
        else:
            queue.append(i)
    until(math.inf)
    return [outcome[i] for i in range(len(calls))]

"""Reading and checking a flow of a thousand nodes, before it may be published.

Beside it stands PyYAML's `safe_load` of the same text, as one would write it first: it builds the data and checks
nothing.
"""

import time
from collections.abc import Callable

import yaml

from bench.results import Result, compared, machine
from callcenter.ivr.known import Known
from callcenter.ivr.parse import parse

NODES = 1000
PASSES, QUICK_PASSES = 9, 2
PEER = "yaml.safe_load, which checks nothing"

HEAD = "flow: big\nname: {zh-CN: 大, en: Big}\nstart: n0\nnodes:\n"


def measure(quick: bool) -> Result:
    """Both take turns."""
    state, source = machine(), flow_source(NODES)
    ours: list[float] = []
    peer: list[float] = []
    for _ in range(QUICK_PASSES if quick else PASSES):
        ours.append(_milliseconds(lambda: parse(source, "big.yaml", KNOWN)))
        peer.append(_milliseconds(lambda: yaml.safe_load(source)))
    return compared("flow_check", ours, peer, peer_name=PEER, unit="ms", machine=state)


def flow_source(count: int) -> str:
    """Menus, values worked out from those before, and texts that say them, in turn."""
    nodes = "".join(_group(at, min(at + 4, count)) for at in range(0, count, 4))
    return HEAD + nodes + f"  n{count}: {{kind: queue, queue: sales}}\n"


def _group(at: int, to: int) -> str:
    before = f"v{at - 4}" if at else "call.hour"
    return f"""  n{at}: {{kind: set, values: {{v{at}: {before} + 1}}, next: n{at + 1}}}
  n{at + 1}: {{kind: say, say: {{zh-CN: '第{{v{at}}}步。', en: 'Step {{v{at}}}.'}}, next: n{at + 2}}}
  n{at + 2}:
    kind: menu
    say: {{zh-CN: 继续请按1，返回请按2。, en: 'To go on, press 1. To go back, press 2.'}}
    keys: {{1: n{at + 3}, 2: n{at}}}
    gave_up: n{at + 3}
  n{at + 3}:
    kind: condition
    branches: [{{when: v{at} > 5 and call.weekday != "sun", next: n{to}}}]
    otherwise: n{to}
"""


def _milliseconds(work: Callable[[], object]) -> float:
    """Of the processor: others on the machine do not count."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


KNOWN = Known(queues=frozenset({"sales"}))

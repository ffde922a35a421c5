"""agent"""

from typing import ClassVar, Self

from callcenter.calls.work import CallAgent
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.nodes.calling import Calling
from callcenter.ivr.template import Template, written


class ToAgent(Calling, frozen=True, kw_only=True):
    """Puts the caller through to one agent, whose state is respected; the flow goes on when that fails.

    ```yaml
    your_adviser:
      kind: agent
      agent: "{customer.last_agent}"
      wait_s: 60
      otherwise: anybody
    ```

    | field | | meaning |
    |---|---|---|
    | `agent` | required | the number of an agent, as a text with values in braces |
    | `queue` | the agent's first | whose whisper, ring time and wrap-up are used; one that the agent serves |
    | `wait_s` | `0` | seconds the caller waits with music for an agent who is busy or paused, up to 600 |
    | `say` or `play` | nothing is said | heard first |
    | `otherwise` | required | the node that follows when the caller cannot be put through |
    | `busy` | as `otherwise` | the node that follows when the agent is busy or paused, or rejects the call |
    | `no_answer` | as `otherwise` | the node that follows when the agent's phone was rung in vain |
    | `absent` | as `otherwise` | the node that follows when the agent is not signed in, off duty, or does not exist |
    """

    kind: ClassVar[str] = "agent"
    at_telephone: ClassVar[bool] = True

    agent: Template
    queue: str
    wait_s: float

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            agent=fields.template("agent"),
            queue=fields.queue("queue") if fields.has("queue") else "",
            wait_s=fields.number("wait_s", 0, 0, 600),
            **cls.common(fields),
        )

    def enter(self, here: Here) -> Turn:
        agent = written(self.agent, here.scope()).strip()
        if not agent:
            return Go(self.absent)
        return self.put_through(here, CallAgent(agent=agent, queue=self.queue, wait_s=self.wait_s))

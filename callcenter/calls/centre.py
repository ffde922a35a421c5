"""The centre document: agents, staff, queues, numbers, rosters and rules, versioned as a whole.

It lives in the database; a YAML file of the same shape is its import and export form.
Shapes are checked by msgspec on decoding, references by `problems.problems`.
"""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.desk import Alert, Disposition, Outbound, PageLink, Reconnection, Room, Supervision
from callcenter.calls.document import (
    AgentId,
    Choice,
    Device,
    DialledNumber,
    Document,
    Level,
    PersonName,
    Seconds,
    Slug,
)
from callcenter.calls.languages import Language, Text
from callcenter.calls.mailboxes import MailboxNotice, MailboxSettings
from callcenter.calls.queues import CallbackPolicy, Destination, Instead, Queue, Relaxation, Strategy
from callcenter.calls.recording import RecordingPolicy, RecordingRule, RetentionRule
from callcenter.calls.rights import RoleRights
from callcenter.calls.rosters import Holiday, Roster
from callcenter.calls.rules import Blocked, Rule, Tier
from callcenter.calls.surveys import SurveyPolicy
from callcenter.calls.texts import TextPolicy

__all__ = [
    "Agent",
    "AgentId",
    "Alert",
    "Blocked",
    "CallbackPolicy",
    "Centre",
    "Choice",
    "Destination",
    "Device",
    "DialledNumber",
    "Disposition",
    "Document",
    "Holiday",
    "Instead",
    "MailboxNotice",
    "MailboxSettings",
    "Number",
    "Outbound",
    "PageLink",
    "Queue",
    "Reconnection",
    "RecordingPolicy",
    "RecordingRule",
    "Relaxation",
    "RetentionRule",
    "Role",
    "RoleRights",
    "Room",
    "Roster",
    "Rule",
    "Seconds",
    "Slug",
    "Staff",
    "Strategy",
    "Supervision",
    "SurveyPolicy",
    "TextPolicy",
    "Tier",
    "agent_device",
    "endpoint",
]

Role = Literal["agent", "supervisor", "administrator"]


class Agent(Document, frozen=True, kw_only=True):
    """`roster`: when the agent is on duty; always without. `skills` as the centre lists them, with a level each."""

    id: AgentId
    name: PersonName
    queues: tuple[Slug, ...] = ()
    groups: tuple[Slug, ...] = ()
    skills: dict[Slug, Level] = {}  # noqa: RUF012 - a struct copies it
    roster: Slug | None = None
    auto_answer: bool = False  # calls are taken without asking, after a tone; on the browser phone
    greeting: Text | None = None  # of the agent's voicemail
    mailbox: MailboxSettings = MailboxSettings()


class Staff(Document, frozen=True, kw_only=True):
    """Somebody who signs in and takes no calls."""

    id: Slug
    name: PersonName
    role: Literal["supervisor", "administrator"]


class Number(Document, frozen=True, kw_only=True):
    """A hotline number: who dials it runs this flow in this language, unless a rule says otherwise.

    `host` twilio: Twilio runs the flow as we tell it, and brings the call to our telephone only where it must.
    """

    number: DialledNumber
    flow: Slug
    language: Language = "zh-CN"
    host: Literal["", "twilio"] = ""


class Centre(Document, frozen=True, kw_only=True):
    zone: str = "Asia/Shanghai"
    country: Annotated[
        str,
        Meta(
            pattern="^[A-Z]{2}$",
            description="ISO 3166 code, e.g. CN",
            extra_json_schema={"x-zh": "ISO 3166 国家代码，例如 CN"},
        ),
    ] = "CN"
    area_code: Annotated[str, Meta(pattern="^[0-9]{0,5}$")] = ""  # of the centre, for callers shown without one
    skills: tuple[Choice, ...] = ()
    groups: tuple[Choice, ...] = ()
    agents: tuple[Agent, ...] = ()
    staff: tuple[Staff, ...] = ()
    queues: tuple[Queue, ...] = ()
    tiers: tuple[Tier, ...] = ()
    numbers: tuple[Number, ...] = ()
    rules: tuple[Rule, ...] = ()
    blacklist: tuple[Blocked, ...] = ()
    rosters: tuple[Roster, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    pause_reasons: tuple[Choice, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    roles: tuple[RoleRights, ...] = ()
    outbound: Outbound = Outbound()
    rooms: tuple[Room, ...] = ()
    pages: tuple[PageLink, ...] = ()
    alerts: tuple[Alert, ...] = ()
    supervision: Supervision = Supervision()
    reconnection: Reconnection = Reconnection()
    recording: RecordingPolicy = RecordingPolicy()
    texts: TextPolicy = TextPolicy()

    def agent(self, agent_id: str) -> Agent | None:
        return next((agent for agent in self.agents if agent.id == agent_id), None)

    def queue(self, queue_id: str) -> Queue | None:
        return next((queue for queue in self.queues if queue.id == queue_id), None)

    def mailbox(self, mailbox_id: str) -> MailboxSettings | None:
        """Of a queue or an agent; None when there is neither."""
        owner = self.queue(mailbox_id) or self.agent(mailbox_id)
        return owner.mailbox if owner else None

    def roster(self, roster_id: str | None) -> Roster | None:
        return next((roster for roster in self.rosters if roster.id == roster_id), None)

    def queues_of(self, agent: Agent) -> tuple[str, ...]:
        """Every queue the agent serves: those named, then those of the agent's groups, in the document's order."""
        groups = frozenset(agent.groups)
        of_groups = (queue.id for queue in self.queues if not groups.isdisjoint(queue.groups))
        return tuple(dict.fromkeys([*agent.queues, *of_groups]))


def endpoint(agent_id: str, device: Device) -> str:
    """The SIP account of an agent's device: `8001` is the desk phone, `8001-web` the browser."""
    return agent_id if device == "desk" else f"{agent_id}-web"


def agent_device(endpoint_name: str) -> tuple[str, Device] | None:
    """The inverse of `endpoint`; None when the account is no agent's."""
    agent_id, _, suffix = endpoint_name.partition("-")
    if not agent_id.isascii() or not agent_id.isdigit() or suffix not in ("", "web"):
        return None
    return agent_id, "web" if suffix else "desk"

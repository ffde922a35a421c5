"""Every report there is: its name, what reads it, whom it is about."""

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
import sqlalchemy as sa

from callcenter.calls.languages import Text
from callcenter.calls.rights import Permission
from callcenter.store.reports.agents import agents
from callcenter.store.reports.causes import LONGEST_DAYS as CAUSES_DAYS
from callcenter.store.reports.causes import causes
from callcenter.store.reports.dispositions import dispositions
from callcenter.store.reports.heat_map import heat_map
from callcenter.store.reports.ivr_paths import ivr_paths
from callcenter.store.reports.numbers import numbers
from callcenter.store.reports.queue_traffic import queue_traffic
from callcenter.store.reports.recordings import LONGEST_DAYS, recordings
from callcenter.store.reports.repeats import repeats
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.scores import scores
from callcenter.store.reports.surveys import surveys
from callcenter.store.reports.timeline import timeline
from callcenter.store.reports.waits import waits

About = Literal["queues", "agents", "centre"]
Taken = Literal["queues", "agents", "numbers", "dispositions", "direction"]
Setting = Literal["service_level", "abandon_rate", "occupancy", "fcr_days", "fcr_category", "csat"]
Read = Callable[[sa.Engine, Asked], Report]


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """`about`: queues or agents, which it can be narrowed to in somebody's reach; centre: of all calls or none.

    `parts`: what is read, in the order of its tables. `filters`: those that every part takes. `settings`:
    the variants that change its figures. `days`: the longest period; 0: as long as the grain allows. `reach`: the
    permission that says how far somebody may look. `steps`: it tells of steps, and may stand beside an earlier
    period.
    """

    name: str
    title: Text
    about: About
    parts: tuple[Read, ...]
    filters: tuple[Taken, ...] = ()
    settings: tuple[Setting, ...] = ()
    days: int = 0
    reach: Permission = "see_calls"
    steps: bool = True

    def read(self, db: sa.Engine, asked: Asked) -> Sequence[Report]:
        return [part(db, asked) for part in self.parts]


REPORTS: dict[str, Definition] = {
    each.name: each
    for each in (
        Definition(
            name="traffic",
            title=Text(zh="话务", en="Traffic"),
            about="queues",
            parts=(queue_traffic, heat_map),
            filters=("queues",),
            settings=("service_level", "abandon_rate", "csat"),
        ),
        Definition(
            name="queues",
            title=Text(zh="队列", en="Queues"),
            about="queues",
            parts=(queue_traffic, waits),
            filters=("queues",),
            settings=("service_level", "abandon_rate", "csat"),
        ),
        Definition(
            name="agents",
            title=Text(zh="坐席", en="Agents"),
            about="agents",
            parts=(agents,),
            filters=("agents", "queues"),
            settings=("occupancy", "csat"),
        ),
        Definition(
            name="timeline",
            title=Text(zh="坐席时间线", en="Agent timeline"),
            about="agents",
            parts=(timeline,),
            filters=("agents",),
            days=2,
            steps=False,
        ),
        Definition(
            name="survey",
            title=Text(zh="满意度", en="Survey"),
            about="agents",
            parts=(surveys,),
            filters=("queues", "agents"),
            settings=("csat",),
        ),
        Definition(name="ivr", title=Text(zh="IVR 路径", en="IVR paths"), about="centre", parts=(ivr_paths,)),
        Definition(
            name="numbers",
            title=Text(zh="号码", en="Numbers"),
            about="centre",
            parts=(numbers,),
            filters=("numbers", "direction"),
        ),
        Definition(
            name="repeats",
            title=Text(zh="重复来电", en="Repeat calls"),
            about="centre",
            parts=(repeats,),
            filters=("queues", "agents"),
            settings=("fcr_days", "fcr_category"),
        ),
        Definition(
            name="dispositions",
            title=Text(zh="服务小结", en="Dispositions"),
            about="agents",
            parts=(dispositions,),
            filters=("queues", "agents", "dispositions"),
        ),
        Definition(
            name="causes",
            title=Text(zh="来电原因", en="Causes"),
            about="agents",
            parts=(causes,),
            filters=("queues", "agents", "numbers", "dispositions", "direction"),
            days=CAUSES_DAYS,
            steps=False,
        ),
        Definition(
            name="quality",
            title=Text(zh="质检", en="Quality"),
            about="agents",
            parts=(scores,),
            filters=("queues", "agents"),
            reach="score_calls",
        ),
        Definition(
            name="recordings",
            title=Text(zh="录音", en="Recordings"),
            about="agents",
            parts=(recordings,),
            filters=("queues", "agents"),
            days=LONGEST_DAYS,
        ),
    )
}

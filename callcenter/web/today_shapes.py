"""The day so far."""

from callcenter.web.shapes import Shape


class AgentToday(Shape, frozen=True, kw_only=True):
    """An agent's day so far, in the centre's zone. Averages are 0 when nothing was handled."""

    agent: str
    day_began_at: float
    signed_in_s: float
    ready_s: float
    paused_s: float
    paused_by_reason_s: dict[str, float]
    unreachable_s: float
    ringing_s: float
    talk_s: float
    hold_s: float
    wrap_up_s: float
    offered: int
    handled: int
    missed: int
    aht_s: float
    survey_answers: int
    satisfied: int
    mean_score: float | None


class QueueToday(Shape, frozen=True, kw_only=True):
    """A queue's day so far; formulas in docs/api.md. Rates are null while nothing was offered.

    offered = answered + abandoned + flowed_out + failed + waiting.
    """

    queue: str
    offered: int
    answered: int
    abandoned: int
    abandoned_short: int
    flowed_out: int
    failed: int  # ended by the system
    waiting: int
    answered_within: int  # within `target_s`
    target_s: int
    service_level: float | None
    abandon_rate: float | None
    asa_s: float
    aht_s: float
    longest_wait_s: float
    survey_answers: int
    satisfied: int


class QueuesToday(Shape, frozen=True, kw_only=True):
    day_began_at: float
    queues: tuple[QueueToday, ...]

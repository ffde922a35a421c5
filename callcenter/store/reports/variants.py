"""Which of its formulas a figure is made by. Pure."""

from typing import Annotated, Literal

import msgspec

ServiceLevel = Literal["default", "of_answered", "with_abandoned", "of_offered"]
AbandonRate = Literal["default", "of_offered"]
Occupancy = Literal["default", "with_ringing"]
Category = Literal["queue", "any", "survey"]
Csat = Literal["satisfied", "mean"]


class Variants(msgspec.Struct, frozen=True, kw_only=True):
    """`fcr_days`: the window of first-call resolution. `fcr_category`: another contact counts when it was in the same
    queue, or any; survey: what callers answered counts, and no window."""

    service_level: ServiceLevel = "default"
    abandon_rate: AbandonRate = "default"
    occupancy: Occupancy = "default"
    fcr_days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 7
    fcr_category: Category = "queue"
    csat: Csat = "satisfied"

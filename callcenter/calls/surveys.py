"""Which callers of a queue are led to its survey after the talk."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.document import Document
from callcenter.calls.languages import Text

SPOKEN = "voice"  # instead of a key: the answer is a recorded message of the call, and rates nothing
SurveyWhen = Literal["always", "every", "pushed"]


class SurveyPolicy(Document, frozen=True, kw_only=True):
    """always: whoever stays on the line after the talk; every: each `every`-th of them; pushed: whom the agent sends.

    An agent may send a caller to the survey in any case. `follow_up`: a text message for callers who were asked and
    answered nothing.
    """

    when: SurveyWhen = "always"
    every: Annotated[int, Meta(ge=2, le=1000)] = 5
    follow_up: Text | None = None

"""Recording a talk, and finding a recording that nobody knew of."""

from callcenter.calls.requests.base import Request


class PauseRecording(Request, frozen=True, kw_only=True):
    """Nothing is recorded until `ResumeRecording`, the end of the talk or the centre's limit. `agent`: whose call it
    must be, empty for anybody's; `by`: the user who asks, when that is not the agent."""

    agent: str
    interaction: str
    by: str = ""


class ResumeRecording(Request, frozen=True, kw_only=True):
    agent: str
    interaction: str
    by: str = ""


class StartRecording(Request, frozen=True, kw_only=True):
    """Where the recording rules leave it to the agent."""

    agent: str
    interaction: str
    by: str = ""


class AdoptRecording(Request, frozen=True, kw_only=True):
    """A finished recording that lies there and that the ledger does not know.

    `known`: the ledger has its call; else a call is written down that began at `began_at` (seconds since the epoch)
    and lasted as long as the recording, and of which nothing else is known.
    """

    interaction: str
    file: str
    duration_s: float
    bytes: int
    sha256: str
    began_at: float
    known: bool

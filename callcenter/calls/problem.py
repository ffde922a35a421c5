"""One thing that is wrong with a document."""

import msgspec

from callcenter.calls.complaint import Complaint


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a document: `path` as in `queues[1].survey`, and what would be right."""

    path: str
    said: Complaint

    @property
    def message(self) -> str:
        return str(self.said)

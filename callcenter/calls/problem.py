"""One thing that is wrong with a document."""

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a document: `path` as in `queues[1].survey`, and what would be right."""

    path: str
    message: str

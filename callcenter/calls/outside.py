"""Work that a flow has done outside the call: what comes of it.

The work itself is a tagged struct of its own kind (a request to a service, a look-up, a recording): plain data
without behaviour. Whoever can do that kind is registered for it (`callcenter.outside`).
"""

from collections.abc import Mapping
from typing import Any

import msgspec

LONGEST_S = 600.0
MAX_BYTES = 65_536  # of one outcome's values, as JSON


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`values` by name, as JSON has them, when `trouble` is empty. `status`: HTTP's, or a script's exit code.

    `trouble` is one word: `timeout`, `not_configured`, `too_large`, `failed`, and those of the kind of work.
    `hung_up`: the work has ended the call.
    """

    values: Mapping[str, Any] = {}
    trouble: str = ""
    status: int = 0
    hung_up: bool = False

    @property
    def ok(self) -> bool:
        return not self.trouble

    @property
    def word(self) -> str:
        """What came of it, without any value: `done`, or the trouble."""
        return self.trouble or "done"

    def __repr__(self) -> str:
        return f"Outcome(trouble={self.trouble!r}, status={self.status}, values of {sorted(self.values)})"

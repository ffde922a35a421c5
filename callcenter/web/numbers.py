"""Numbers outside, as people give them. Pure."""

import re

from callcenter.web.errors import ApiError
from callcenter.web.refusals import refusal

_OUTSIDE = re.compile(r"\+?[0-9*#]{2,20}\Z")


def check_outside(number: str, field: str) -> None:
    """Raises ApiError `bad_value` for what cannot be dialled, masks among it."""
    if "****" in number or not _OUTSIDE.match(number):
        raise ApiError("bad_value", refusal("not_dialled"), field=field)

"""What is put in force from now on."""

from callcenter.calls.centre import Centre
from callcenter.calls.requests.base import Request


class ApplyCentre(Request, frozen=True, kw_only=True):
    """Put a new centre document in force. `version` is the one given by the store."""

    version: int
    centre: Centre


class PublishFlow(Request, frozen=True, kw_only=True):
    """Put a new version of a flow in force for calls that begin from now on. `source` is its YAML."""

    flow: str
    version: int
    source: str


class RetireFlow(Request, frozen=True, kw_only=True):
    """No call is to come into this flow any more. Refused while anything leads there or a call is in it."""

    flow: str

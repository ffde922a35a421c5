"""The flow that is built in: what a waiting caller meets who asks to be called back."""

from callcenter.calls.languages import Text
from callcenter.ivr.flow import Flow
from callcenter.ivr.nodes.callback import Callback

ID = "callback_offer"

_NAME = Text(zh="预约回电", en="Callback")


def callback_flow(queue: str) -> Flow:
    """One callback node; it leaves with `ToCallback`, with `Back` where callers may return, or else with `End`."""
    return Flow(ID, _NAME, "callback", {"callback": Callback(queue=queue)})

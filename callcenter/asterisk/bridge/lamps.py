"""The lamp of a desk phone: SIP's message summary (RFC 3842), sent without being asked for."""

import logging

from callcenter.asterisk.ami import AmiClient
from callcenter.asterisk.ami_errors import AmiError
from callcenter.asterisk.bridge.orders import DIALLED, checked
from callcenter.calls.centre import endpoint

log = logging.getLogger(__name__)


async def show_waiting(system: AmiClient, agent: str, new: int, heard: int) -> bool:
    """False when there is no link, or no such telephone. Raises ValueError for what is no agent's number."""
    try:
        await system.action(
            "PJSIPNotify", Endpoint=checked("agent", DIALLED, endpoint(agent, "desk")), Variable=_summary(new, heard)
        )
    except AmiError as error:
        log.info("the lamp of %s is not told of messages: %s", agent, error)
        return False
    return True


def _summary(new: int, heard: int) -> list[str]:
    return [
        "Event=message-summary",
        "Content-type=application/simple-message-summary",
        f"Content=Messages-Waiting: {'yes' if new else 'no'}",
        f"Content=Voice-Message: {int(new)}/{int(heard)}",
    ]

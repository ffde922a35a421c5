"""The customer is led to an agent's leg that waits: what the dialplan needs to join the two."""

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.bridge.orders import prompt_file
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.calls.commands import Leave

CALLBACK = "callback"  # stands for the offer's id in what the dialplan asks after the talk


async def stamp_partner(call: AgiCall, answer: Leave, sounds: Sounds) -> None:
    """`answer.partner` is a channel's name, empty for one that is gone: the dialplan then asks what comes next."""
    work_number = await prompt_file("work_number", answer.work_number, sounds) if answer.work_number else ""
    stamps = {
        "CC_OFFER": CALLBACK,
        "CC_PARTNER": answer.partner,
        "CC_WORKNO": work_number,
        "CC_RECORD": "1" if answer.recorded else "0",
    }
    for name, value in stamps.items():
        await call.set_variable(name, value)

"""An offer as the core commands it, and where its prompts lie."""

from callcenter.calls import commands
from callcenter.calls.languages import Prompt

PROMPT = Prompt("en", "Sales")
OFFER = commands.StartOffer(
    interaction="cc1-1.1",
    channel="cc1-1.1",
    offer="o-7",
    rings=(commands.Ring(agent="8001", device="web", work_number=PROMPT),),
    ring_s=20,
    whisper=PROMPT,
    recorded=True,
    queue="sales",
    queued_at=1_700_000_000.5,
)


async def sound(prompt: Prompt) -> str:
    return f"/prompts/{prompt.language}/{prompt.text}"

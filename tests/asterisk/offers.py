"""An offer as the core commands it, and where its prompts lie."""

from callcenter.calls import commands
from callcenter.calls.languages import Prompt

PROMPT = Prompt("en", "Sales")
OFFER = commands.StartOffer(
    interaction="cc1-1.1",
    channel="cc1-1.1",
    offer="o-7",
    agent="8001",
    device="web",
    ring_s=20,
    whisper=PROMPT,
    work_number=PROMPT,
    recorded=True,
)


async def sound(prompt: Prompt) -> str:
    return f"/prompts/{prompt.language}/{prompt.text}"

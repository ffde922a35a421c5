"""What can go wrong with a prompt."""

from dataclasses import dataclass

from callcenter.calls.languages import Prompt


class PromptError(Exception):
    """Base of all; the text names the prompt and what to do."""

    word = "prompt_failed"


class PromptMissing(PromptError):
    """There is no audio file of this prompt: it was not rendered, or rendering it failed."""

    word = "prompt_missing"


class PromptNotRendered(PromptError):
    """The voice engine or SoX failed, or what came of it holds no sound. `again`: another try may help."""

    word = "prompt_not_rendered"

    def __init__(self, message: str, again: bool = False) -> None:
        super().__init__(message)
        self.again = again


@dataclass(frozen=True)
class Failure:
    """A prompt that could not be rendered, and why."""

    prompt: Prompt
    message: str


def shown(prompt: Prompt) -> str:
    """A prompt as messages name it."""
    text = prompt.text if len(prompt.text) <= 40 else prompt.text[:40] + "…"
    return f"{prompt.name or 'prompt'} ({prompt.language}) {text!r}"

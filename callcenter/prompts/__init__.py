"""What callers and agents hear, as audio files.

library   text -> file, rendered once, recordings first
voice     the programs that speak and convert
level     loudness
settings  another voice engine, loudness
"""

from callcenter.prompts.errors import Failure, PromptError, PromptMissing, PromptNotRendered
from callcenter.prompts.library import PromptLibrary
from callcenter.prompts.settings import Settings, Tools

__all__ = ["Failure", "PromptError", "PromptLibrary", "PromptMissing", "PromptNotRendered", "Settings", "Tools"]

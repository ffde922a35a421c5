"""Where these tables stood; they are in `schema.recordings` and `schema.quality`."""

from callcenter.store.schema.quality import score_cards, scores
from callcenter.store.schema.recordings import kept_recordings

__all__ = ["kept_recordings", "score_cards", "scores"]

"""The finite set of spoken pieces that every value is put together from, in each language.

A studio voice that has spoken them all can say any number, date, amount or telephone number. A *piece* has an id
that is the same in every version, and the text to be spoken. Rests are ids, too, but nobody records them.

chinese  the pieces of zh-CN
english  the pieces of en
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr.pieces import chinese, english

__all__ = ["PREFIX", "RESTS_MS", "composed", "known", "piece", "pieces", "text_of"]

PREFIX = "say_"  # of the names of pieces, so that they cannot be taken for prompts of the centre
RESTS_MS: Mapping[str, int] = {"-": 60, ",": 220, ".": 300}  # between digits; groups and clauses; sentences

_BEFORE_MARK = re.compile(r" (?=[,.])")
_TEXTS: Mapping[Language, Mapping[str, str]] = {"zh-CN": chinese.TEXTS, "en": english.TEXTS}
_MARKS: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {"-": "", ",": "，", ".": "。"},
    "en": {"-": "", ",": ",", ".": "."},
}


def pieces(language: Language) -> Iterator[Prompt]:
    """All of them, in the order in which a studio would speak them."""
    return (piece(id_, language) for id_ in _TEXTS[language])


def piece(id_: str, language: Language) -> Prompt:
    """KeyError when there is none, or it is a rest."""
    return Prompt(language, _TEXTS[language][id_], PREFIX + id_)


def known(ids: Sequence[str], language: Language) -> bool:
    """Whether all of them are pieces or rests of this version."""
    return all(id_ in RESTS_MS or id_ in _TEXTS[language] for id_ in ids)


def composed(ids: Sequence[str], language: Language) -> Prompt:
    """One prompt of several pieces: its text is theirs, one after the other."""
    return Prompt(language, text_of(ids, language), "", tuple(ids))


def text_of(ids: Sequence[str], language: Language) -> str:
    """As it is written: Chinese without spaces, English with one between words and none before a comma."""
    written = _WRITTEN[language]
    if language == "zh-CN":
        return "".join(written[id_] for id_ in ids)
    return _BEFORE_MARK.sub("", " ".join(written[id_] for id_ in ids if written[id_]))


def _written(id_: str, text: str) -> str:
    """Digits carry a mark that makes a voice keep up or let fall its tone; it is not part of what they say."""
    return text.rstrip("，。,.") if id_[0] in "de" and id_[1:].isdigit() else text


_WRITTEN: Mapping[Language, Mapping[str, str]] = {
    language: {id_: _written(id_, text) for id_, text in texts.items()} | dict(_MARKS[language])
    for language, texts in _TEXTS.items()
}

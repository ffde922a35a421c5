"""What is wrong with something a person wrote, as one sentence in every language."""

from collections.abc import Iterator, Mapping

import msgspec

from callcenter.calls.languages import Language, Text


class Complaint(msgspec.Struct, frozen=True):
    """`word` names the sentence for programs and stays the same; `text` is the sentence with its values."""

    word: str
    text: Text

    def __str__(self) -> str:
        return self.text.en


class Sentences:
    """The sentences of one area by their words.

    Values stand in braces, `{name!r}` in quotes. A value that is a Text or a Complaint is said in the language of the
    sentence around it; `{english}` may stand in the English sentence alone: words of a program that knows no other
    language.
    """

    def __init__(self, sentences: Mapping[str, Text]) -> None:
        self._sentences = sentences

    def __call__(self, word: str, **values: object) -> Complaint:
        """KeyError for a word or a value that is missing."""
        return Complaint(word, self.phrase(word, **values))

    def phrase(self, word: str, **values: object) -> Text:
        """What is said within other sentences."""
        sentence = self._sentences[word]
        return Text(zh=_filled(sentence.zh, "zh-CN", values), en=_filled(sentence.en, "en", values))

    def __iter__(self) -> Iterator[tuple[str, Text]]:
        return iter(self._sentences.items())


def _filled(sentence: str, language: Language, values: Mapping[str, object]) -> str:
    return sentence.format_map({name: _in(language, value) for name, value in values.items()})


def _in(language: Language, value: object) -> object:
    text = value.text if isinstance(value, Complaint) else value
    return text.in_(language) if isinstance(text, Text) else text

"""What is asked for and cannot be a report. `word` is stable; `text` is for people, in both languages."""

from callcenter.calls.languages import Text


class BadReport(Exception):
    """`field` is what is wrong: from, to, grain, zone, one of the filters."""

    def __init__(self, word: str, field: str, text: Text) -> None:
        super().__init__(f"{field}: {text.en}")
        self.word, self.field, self.text = word, field, text

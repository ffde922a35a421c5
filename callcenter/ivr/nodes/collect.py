"""collect"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, Self

from callcenter.calls.languages import Prompt
from callcenter.ivr import phrases
from callcenter.ivr.evaluation import holds
from callcenter.ivr.expression import ExpressionError, Tree
from callcenter.ivr.fields import NOTHING, Fields
from callcenter.ivr.flow import Go, Here, Speech, Turn, Wait
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.asking import MISSING
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.saying import FORMATS, Said, spoken_prompts
from callcenter.ivr.step import Collect, Note, Pressed
from callcenter.ivr.values import Kind, Value, ValueProblem, as_kind, as_text

MOST_KEYS = 32
KEY_TIMEOUT_S = 6.0
INVALID = Speech(phrases.value_invalid.text)
TOLD_OF_SECRET = 4  # digits

Form = Literal["digits", "number", "amount", "date"]
_FORMS: dict[str, Form] = {"digits": "digits", "number": "number", "amount": "amount", "date": "date"}
_KINDS: dict[Form, Kind] = {"digits": "text", "number": "number", "amount": "number", "date": "date"}


class CollectKeys(NodeKind, frozen=True, kw_only=True):
    """Asks for digits, such as an order number, an amount, a date or a PIN, and remembers them as a value.

    ```yaml
    card:
      kind: collect
      into: card
      say: {zh-CN: 请输入您的银行卡号，按井号键结束。, en: "Please enter your card number, then pound."}
      least: 12
      most: 19
      valid: luhn(card)
      secret: true
      confirm: digits
      invalid: {say: {zh-CN: 卡号有误，请重新输入。, en: That is not a valid card number. Please try again.}}
      next: pay
      gave_up: operator
    ```

    | field | | meaning |
    |---|---|---|
    | `say` or `play` | required | what is asked: the text in every language, or the name of a prompt |
    | `into` | required | the name of the value |
    | `form` | `digits` | `digits` (a text), `number`, `amount` (the star is the point), `date` (as `20260131`) |
    | `least`, `most` | `1`, `20` | how many keys are pressed, 1 to 32; a `date` has 8 |
    | `terminator` | `"#"` | the key that ends the input, `"#"` or `"*"`; `none`: only the last key or a pause does |
    | `timeout_s` | `8` | seconds of silence after the question until a try is lost, 1 to 60 |
    | `between_s` | `3` | seconds from key to key until the input counts as complete, 0.5 to 20 |
    | `tries` | `3` | how often it is asked, 1 to 10 |
    | `valid` | anything | an [expression](flows.md#expressions) that must be true, with the value under its name |
    | `secret` | `false` | `true`: in memory only; never said, written down, or left where somebody could read it |
    | `confirm` | `none` | how it is read back (`digits`, `money`, `date`, …; the last four of a secret): 1 takes it |
    | `invalid`, `missing` | a built-in text | `say` or `play` before the next try: after a wrong input, after none |
    | `next` | required | the node that follows; the value is set |
    | `gave_up` | required | the node that follows the last try; the value is not set |
    """

    kind: ClassVar[str] = "collect"
    asks: ClassVar[bool] = True
    most_keys: ClassVar[int] = MOST_KEYS

    speech: Speech
    into: str
    next: str
    gave_up: str
    form: Form = "digits"
    least: int = 1
    most: int = 20
    terminator: str = "#"
    timeout_s: float = 8.0
    between_s: float = 3.0
    tries: int = 3
    valid: Tree = NOTHING
    secret: bool = False
    confirm: str = ""
    invalid: Speech = INVALID
    missing: Speech = MISSING

    @classmethod
    def read(cls, fields: Fields) -> Self:
        into, form = fields.value_name("into"), fields.choice("form", _FORMS, "digits")
        secret = fields.flag("secret", False)
        fields.sets(into, _KINDS[form], secret, by="next")
        least, most = _lengths(fields, form)
        return cls(
            speech=fields.speech(),
            into=into,
            form=form,
            least=least,
            most=most,
            terminator=_terminator(fields),
            timeout_s=fields.number("timeout_s", 8, 1, 60),
            between_s=fields.number("between_s", 3, 0.5, 20),
            tries=fields.count("tries", 3, 1, 10),
            valid=fields.expression("valid", "bool", given=((into, _KINDS[form]),), required=False),
            secret=secret,
            confirm=_confirm(fields, form, secret),
            invalid=fields.speech_under("invalid", INVALID),
            missing=fields.speech_under("missing", MISSING),
            next=fields.target("next"),
            gave_up=fields.target("gave_up"),
        )

    def enter(self, here: Here) -> Turn:
        """From the beginning, or after a break with the question that was being asked."""
        if here.memory:
            return self._confirmed(here, here.tries)
        return self._ask(here, here.tries)

    def take(self, here: Here, key: str) -> Turn:
        return self._chosen(here, key[:1]) if here.memory else self._typed(here, key)

    def speeches(self) -> Iterator[Speech]:
        yield from (self.speech, self.invalid, self.missing)

    # ---- the input

    def _ask(self, here: Here, tries: int, before: Speech | None = None, notes: tuple[Note, ...] = ()) -> Wait:
        play = (*(before.said(here) if before else ()), *self.speech.said(here))
        collect = Collect(play, self.most, self.timeout_s, self.terminator, self.between_s, self.secret)
        return Wait(collect, tries, notes)

    def _typed(self, here: Here, keys: str) -> Turn:
        value = self._value(here, keys) if keys else None
        if value is None:
            return self._failed(here, self.invalid if keys else self.missing, "#" if keys else "")
        notes = (Pressed(here.node, "#", valid=True),)
        return self._read_back(here, value, notes) if self.confirm else self._taken(value, notes)

    def _value(self, here: Here, keys: str) -> Value | None:
        """None: not what is wanted."""
        if not self.least <= len(keys) <= self.most:
            return None
        try:
            value = _as_form(keys, self.form)
            return value if self.valid is NOTHING or holds(self.valid, {**here.scope(), self.into: value}) else None
        except (ValueProblem, ExpressionError):
            return None

    def _failed(self, here: Here, complaint: Speech, key: str) -> Turn:
        notes = (Pressed(here.node, key, valid=False),)
        if here.tries + 1 >= self.tries:
            return Go(self.gave_up, notes=notes, values={self.into: None})
        return self._ask(here, here.tries + 1, complaint, notes)

    def _taken(self, value: Value, notes: tuple[Note, ...]) -> Go:
        if self.secret:
            return Go(self.next, notes=notes, secrets={self.into: value})
        return Go(self.next, notes=notes, values={self.into: value})

    # ---- reading it back

    def _read_back(self, here: Here, value: Value, notes: tuple[Note, ...]) -> Wait:
        """The same tries go on: who takes back the input has used one."""
        memory = {"typed": "secret" if self.secret else as_text(value)}
        secrets = {self.into: value} if self.secret else {}
        return Wait(self._question(here, value), here.tries, notes, memory, secrets)

    def _confirmed(
        self, here: Here, tries: int, before: tuple[Prompt, ...] = (), notes: tuple[Note, ...] = ()
    ) -> Wait:
        return Wait(self._question(here, self._held(here), before), tries, notes, here.memory)

    def _chosen(self, here: Here, key: str) -> Turn:
        notes = (Pressed(here.node, key, valid=key in ("1", "2")),)
        if key == "1":
            return self._taken(self._held(here), notes)
        if here.tries + 1 >= self.tries:
            return Go(self.gave_up, notes=notes, values={self.into: None})
        if key == "2":
            return self._ask(here, here.tries + 1, notes=notes)
        phrase = phrases.invalid_key if key else phrases.missing_key
        return self._confirmed(here, here.tries + 1, (phrase(here.language),), notes)

    def _held(self, here: Here) -> Value:
        return here.values[self.into] if self.secret else as_kind(here.memory["typed"], _KINDS[self.form])

    def _question(self, here: Here, value: Value, before: tuple[Prompt, ...] = ()) -> Collect:
        language = here.language
        shown = as_text(value)[-TOLD_OF_SECRET:] if self.secret else value
        read = spoken_prompts((Said(shown, self.confirm),), language, here.context.country)
        first = (phrases.value_ending if self.secret else phrases.value_typed)(language)
        return Collect((*before, first, *read, phrases.value_confirm(language)), timeout_s=KEY_TIMEOUT_S)


def _as_form(keys: str, form: Form) -> Value:
    if form == "amount":
        return as_kind(keys.replace("*", ".", 1), "number")
    if not keys.isdecimal():
        raise ValueProblem(mistake("no_digits"))
    return as_kind(keys, _KINDS[form])


def _lengths(fields: Fields, form: Form) -> tuple[int, int]:
    usual = (8, 8) if form == "date" else (1, 20)
    least = fields.count("least", usual[0], 1, MOST_KEYS)
    most = fields.count("most", max(usual[1], least), 1, MOST_KEYS)
    if least > most:
        fields.complain("most", mistake("most_below_least", most=most, least=least))
    return least, most


def _terminator(fields: Fields) -> str:
    said = fields.word("terminator", "#") if fields.has("terminator") else "#"
    if said not in ("#", "*", "none"):
        fields.complain("terminator", mistake("not_one_of", value=said, names='"#", "*", none'))
    return "" if said == "none" else said


def _confirm(fields: Fields, form: Form, secret: bool) -> str:
    said = fields.word("confirm", "none")
    kind = "text" if secret else _KINDS[form]
    ways: Mapping[str, str] = {name: name for name, each in FORMATS.items() if kind in each.kinds}
    if said != "none" and said not in ways:
        fields.complain("confirm", mistake("not_one_of", value=said, names=", ".join(("none", *ways))))
    return "" if said == "none" else said

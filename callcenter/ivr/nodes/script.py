"""script"""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

from callcenter.calls.outside import Outcome
from callcenter.calls.work import ScriptRun
from callcenter.ivr.fields import Fields, unknown
from callcenter.ivr.flow import Go, Here, Speech, Turn, Wait
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import Outside
from callcenter.ivr.template import Template, written
from callcenter.ivr.values import ValueProblem
from callcenter.ivr.wanted import Wanted, read_wanted, take

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}(\.[A-Za-z0-9]{1,4})?")
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
MOST_ARGUMENTS = 20
SPARE_S = 120.0  # beyond the script's own time: a sound that plays at its end is heard


class Script(NodeKind, frozen=True, kw_only=True):
    """Lets an AGI script speak with the caller, such as one written with pyst2: as it is, in a process of its own.

    ```yaml
    reading:
      kind: script
      script: meter_reading.py
      arguments: ["{customer.id}"]
      values:
        reading: {variable: READING, kind: number}
      next: thanks
      failed: operator
    ```

    | field | | meaning |
    |---|---|---|
    | `script` | required | a file of the folder `scripts.folder` in config.yaml, executable or ending in `.py` |
    | `arguments` | none | texts with values in braces: `agi_arg_1` … of the script, and its command line |
    | `values` | none | value -> the script's variable, or `{variable, kind, secret, default}` as in `http` |
    | `timeout_s` | `120` | seconds after which the script is ended, 1 to 3600; config.yaml may say less |
    | `say` or `play` | nothing is said | heard first |
    | `next` | required | the node that follows when the script has ended well (status 0) |
    | `failed` | required | the node that follows when it failed, took too long or does not exist |

    What scripts may do: play sounds of Asterisk by name, say numbers and characters, take keys, set and read own
    variables, hang up. Files, other channels, the dialplan and Asterisk's database are out of their reach; their
    `SET CONTEXT` and the like have no effect. A script whose caller hangs up gets `SIGHUP`, as from Asterisk itself.
    After a restart of the engine the script begins anew.
    """

    kind: ClassVar[str] = "script"
    at_telephone: ClassVar[bool] = True

    script: str
    arguments: tuple[Template, ...]
    wanted: Mapping[str, Wanted]
    timeout_s: float
    speech: Speech | None
    next: str
    failed: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        wanted = read_wanted(fields, "variable")
        for name, each in wanted.items():
            if not VARIABLE.fullmatch(each.at):
                fields.complain("values", mistake("no_variable", name=name, value=each.at))
        return cls(
            script=_script(fields),
            arguments=_arguments(fields),
            wanted=wanted,
            timeout_s=fields.number("timeout_s", 120, 1, 3600),
            speech=fields.optional_speech(),
            next=fields.target("next"),
            failed=fields.target("failed"),
        )

    def enter(self, here: Here) -> Turn:
        work = ScriptRun(
            script=self.script,
            arguments=tuple(written(each, here.scope()) for each in self.arguments),
            values={name: each.at for name, each in self.wanted.items()},
            timeout_s=self.timeout_s,
        )
        play = self.speech.said(here) if self.speech else ()
        return Wait(Outside(work, here.key, within_s=self.timeout_s + SPARE_S, play=play, at_call=True))

    def answered(self, here: Here, outcome: Outcome) -> Turn:
        if not outcome.ok:
            return Go(self.failed)
        try:
            taken = take(self.wanted, outcome.values)
        except ValueProblem:
            return Go(self.failed)
        return Go(self.next, values=taken.values, secrets=taken.secrets)

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech


def _script(fields: Fields) -> str:
    name, known = fields.word("script"), fields.reading.known.scripts
    if name and not NAME.fullmatch(name):
        fields.complain("script", mistake("no_script_name", value=name))
    elif name and known is not None and name not in known:
        fields.complain("script", unknown("script", name, known))
    return name


def _arguments(fields: Fields) -> tuple[Template, ...]:
    found = tuple(fields.template_of(each, "arguments") for each in fields.scalars("arguments"))
    if len(found) > MOST_ARGUMENTS:
        fields.complain("arguments", mistake("too_many", count=len(found), most=MOST_ARGUMENTS))
    return found

"""`callcenter flow run`: a flow at the terminal, keys typed, what is heard written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from callcenter.cli.speech import said

if TYPE_CHECKING:
    from callcenter.calls.languages import Language
    from callcenter.calls.outside import Outcome
    from callcenter.ivr.flow import Flow
    from callcenter.ivr.session import Context, Step

QUIT = "q"


def run_flow(
    flow: Flow,
    flows: Mapping[str, Flow],
    language: Language,
    caller: str,
    at: datetime,
    ask: Callable[[str], str] = input,
) -> int:
    """To the end of the flow, or until `q` hangs up. Work outside is not done: what comes of it is asked for."""
    from callcenter.ivr import session as ivr
    from callcenter.ivr.scenario import ended

    def context(step: Step | None = None) -> Context:
        secrets = step.secrets if step else {}
        return ivr.Context(local_now=at, language=language, caller=caller, call="terminal", secrets=secrets)

    def called(name: str, _: int | None) -> tuple[Flow, int] | None:
        return (flows[name], 1) if name in flows else None

    print(
        said("输入按键后回车；直接回车表示没有按键；q 挂机", "Type keys and Enter; Enter alone: no key; q hangs up")
    )
    step = ivr.start(flow, 1, context(), called)
    while True:
        for prompt in step.then.play:
            print(f"  ♪ {prompt.text}")
        match step.then:
            case ivr.Outside() as asked:
                outcome = _outcome(ask(f"[{step.session.place}] {type(asked.work).__name__} (JSON/trouble) > "))
                step = ivr.answered(flow, step.session, outcome, context(step), called)
            case ivr.Collect(max_digits=0):
                step = ivr.resume(flow, step.session, "", context(step), called)
            case ivr.Collect() as collect:
                keys = ask(f"[{step.session.place}] > ").strip()
                if keys == QUIT:
                    return 0
                digits = keys.split(collect.terminator)[0] if collect.terminator else keys
                step = ivr.resume(flow, step.session, digits[: collect.max_digits], context(step), called)
            case leaving:
                print(f"  ■ {ended(leaving).what}" + (f"  ({step.fault})" if step.fault else ""))
                return 0


def _outcome(typed: str) -> Outcome:
    """A JSON object is what was found; anything else is the word for the trouble; nothing: it was done."""
    import msgspec

    from callcenter.calls.outside import Outcome

    try:
        return Outcome(values=msgspec.json.decode(typed, type=dict)) if typed.strip() else Outcome()
    except msgspec.DecodeError:
        return Outcome(trouble=typed.strip()[:32])

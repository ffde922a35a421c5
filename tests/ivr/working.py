"""Kinds of nodes for tests of what a session carries: work outside, values, secrets."""

import msgspec

from callcenter.calls.languages import Text
from callcenter.ivr.flow import Flow, Go, Here, Leave, Node, Speech, Turn, Wait
from callcenter.ivr.session import Collect, End, Outcome, Outside
from callcenter.ivr.template import template
from callcenter.ivr.values import as_kind


class Fetch(msgspec.Struct, frozen=True, tag=True):
    """Some work."""

    what: str


class FetchNode(Node, frozen=True, kw_only=True):
    what: str
    into: str
    next: str
    failed: str

    def enter(self, here: Here) -> Turn:
        return Wait(Outside(Fetch(self.what), here.key, within_s=4))

    def answered(self, here: Here, outcome: Outcome) -> Turn:
        if not outcome.ok:
            return Go(self.failed)
        return Go(self.next, values={self.into: as_kind(outcome.values["found"], "number")})


class TypeNode(Node, frozen=True, kw_only=True):
    """Takes up to 16 digits and remembers them; `#` after them must confirm."""

    most_keys = 16
    into: str
    next: str
    secret: bool = False

    def enter(self, here: Here) -> Turn:
        return Wait(Collect(max_digits=16, terminator="#", secret=self.secret))

    def take(self, here: Here, key: str) -> Turn:
        if not key:
            return self.enter(here)
        return Go(self.next, secrets={self.into: key}) if self.secret else Go(self.next, values={self.into: key})


class TellNode(Node, frozen=True, kw_only=True):
    say: str
    next: str = ""

    def enter(self, here: Here) -> Turn:
        text = Text(self.say, self.say)
        play = Speech(text, templates=dict.fromkeys(("zh-CN", "en"), template(self.say))).said(here)
        return Go(self.next, play) if self.next else Leave(End(play))


def flow(**nodes: Node) -> Flow:
    return Flow("test", Text("测试", "Test"), next(iter(nodes)), nodes)


BALANCE = flow(
    first=TypeNode(into="number", next="pin"),
    pin=TypeNode(into="pin", next="fetch", secret=True),
    fetch=FetchNode(what="balance", into="balance", next="tell", failed="sorry"),
    tell=TellNode(say="您的余额是{balance}元"),
    sorry=TellNode(say="抱歉"),
)

"""What a centre has that its flows may name."""

from callcenter.calls.centre import Agent, CallbackPolicy, Centre, Choice, Queue
from callcenter.calls.languages import Text
from callcenter.ivr.known import Known, known_of

NAME = Text(zh="名", en="Name")


def test_queues_and_agents_have_mailboxes_and_only_some_queues_call_back() -> None:
    centre = Centre(
        skills=(Choice(id="english", name=NAME),),
        agents=(Agent(id="8001", name="李雷"),),
        queues=(Queue(id="sales", name=NAME), Queue(id="support", name=NAME, callback=CallbackPolicy())),
    )
    assert known_of(centre, frozenset({"hotline"}), {"hello": NAME}) == Known(
        queues=frozenset({"sales", "support"}),
        mailboxes=frozenset({"sales", "support", "8001"}),
        skills=frozenset({"english"}),
        callbacks=frozenset({"support"}),
        flows=frozenset({"hotline"}),
        prompts={"hello": NAME},
    )

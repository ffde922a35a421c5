"""What is rendered before a centre opens."""

import msgspec

from callcenter.calls.centre import Agent, CallbackPolicy, Centre, Destination, Instead, Queue, Rule
from callcenter.calls.languages import LANGUAGES, Text
from callcenter.ivr import mailbox_phrases, phrases, spoken
from callcenter.ivr.pieces import RESTS_MS, piece
from callcenter.ivr.repertoire import POSITIONS, pieces_of_values, repertoire
from tests.ivr.flows import demo, flow

CENTRE = Centre(
    agents=(Agent(id="8001", name="李雷"), Agent(id="8002", name="韩梅梅")),
    queues=(
        Queue(id="sales", name=Text(zh="产品咨询", en="Sales")),
        Queue(id="vip", name=Text(zh="贵宾", en="VIP"), whisper=Text(zh="贵宾来电", en="A VIP caller")),
    ),
)


def test_the_repertoire_holds_all_that_is_said_in_every_language() -> None:
    said = set(repertoire(CENTRE, [demo("hotline")]))
    for language in LANGUAGES:
        assert spoken.work_number("8002", language) in said
        assert {spoken.position(n, language) for n in range(POSITIONS + 1)} <= said
        assert set(spoken.phrases(language)) <= said
        assert spoken.whisper(Text(zh="产品咨询", en="Sales"), language) in said
        assert spoken.whisper(Text(zh="贵宾来电", en="A VIP caller"), language) in said
    assert set(demo("hotline").prompts()) <= said


def test_positions_in_a_long_line_are_put_together_from_what_is_there() -> None:
    said = set(repertoire(CENTRE, []))
    for language in LANGUAGES:
        for n_ahead in range(POSITIONS + 1, 130):
            needed = [id_ for id_ in spoken.position(n_ahead, language).pieces if id_ not in RESTS_MS]
            assert {piece(id_, language) for id_ in needed} <= said


def test_counts_of_messages_and_their_callers_numbers_are_put_together_from_what_is_there() -> None:
    said = set(repertoire(Centre(), []))
    for language in LANGUAGES:
        assert set(spoken.digits(language)) <= said
        for new, heard in ((0, 1), (1, 1), (2, 100), (11, 99)):
            needed = [id_ for id_ in spoken.mailbox_counts(new, heard, language).pieces if id_ not in RESTS_MS]
            assert {piece(id_, language) for id_ in needed} <= said


def test_nothing_is_in_it_twice() -> None:
    all_of_it = repertoire(CENTRE, [demo("hotline"), demo("survey")])
    assert len(all_of_it) == len(set(all_of_it))


CALLS_BACK = Queue(
    id="vip",
    name=Text(zh="贵宾", en="VIP"),
    callback=CallbackPolicy(),
    announcements=(Text(zh="公告", en="News"),),
    exits={"3": Destination(to="callback", say=Text(zh="回电", en="Callback"))},
    exits_text=Text(zh="回电请按3", en="For a callback, press 3"),
    instead=Instead(full=Destination(to="hang_up", say=Text(zh="已满", en="Full"))),
    greeting=Text(zh="请留言", en="Leave a message"),
)


def test_what_the_author_of_the_centre_wrote_is_rendered() -> None:
    rule = Rule(id="old", to=Destination(to="hang_up", say=Text(zh="旧号码", en="An old number")))
    said = repertoire(Centre(queues=(CALLS_BACK,), rules=(rule,)), [])
    written = {"News", "Callback", "For a callback, press 3", "Full", "Leave a message", "An old number"}
    assert written <= {prompt.text for prompt in said if prompt.language == "en"}
    assert {"公告", "回电", "已满", "旧号码"} <= {prompt.text for prompt in said if prompt.language == "zh-CN"}


def test_mailboxes_without_a_greeting_of_their_own_have_the_built_in_one() -> None:
    said = set(repertoire(CENTRE, []))
    sales = spoken.mailbox_greeting("sales", None, Text(zh="产品咨询", en="Sales"), "en")
    assert sales in said
    assert sales.text == spoken.voicemail_greeting(Text(zh="产品咨询", en="Sales"), "en").text
    assert spoken.voicemail_greeting(None, "zh-CN") in said
    own = set(repertoire(Centre(queues=(CALLS_BACK,)), []))
    assert spoken.voicemail_greeting(CALLS_BACK.name, "en").text not in {prompt.text for prompt in own}


def test_waits_are_rendered_where_they_are_told_and_callbacks_where_there_are_any() -> None:
    silent = msgspec.structs.replace(CENTRE.queues[0], announce=("position",))
    quiet, tells = set(repertoire(Centre(queues=(silent,)), [])), set(repertoire(CENTRE, []))
    calls_back = set(repertoire(Centre(queues=(CALLS_BACK,)), []))
    wait = spoken.wait_range(130, 230, "en")
    assert [wait in said for said in (quiet, tells, calls_back)] == [False, True, True]
    assert spoken.callback_greeting(CALLS_BACK.name, "en") in calls_back


def test_the_number_of_prompts_is_bounded() -> None:
    """In each language: fixed sentences, positions, the numbers to a hundred and three words around them, waits, the
    digits of telephone numbers; then a few a queue."""
    fixed = len(spoken.phrases("en")) + len(mailbox_phrases.SAID) + POSITIONS + 101 + 3 + 79 + 20
    counts = 3 + 1 + 5  # of messages: the words around them, two of zh-CN, singular and plural of en
    assert len(repertoire(CENTRE, [])) == 2 * (fixed + 2 * 3 + 2 * 2) + counts  # two agents, three each; two queues
    assert len(repertoire(Centre(queues=(CALLS_BACK,)), [])) == 2 * (fixed + 7) + counts


def test_every_fixed_phrase_is_among_the_phrases() -> None:
    """A phrase added to `spoken` and forgotten here would be rendered during a call."""
    fixed = [value for value in vars(phrases).values() if isinstance(value, phrases.Phrase)]
    assert len(fixed) > 20
    assert {phrase("en") for phrase in fixed} == set(spoken.phrases("en"))


def test_pieces_of_values_are_rendered_where_flows_speak_values() -> None:
    assert pieces_of_values([demo("hotline")]) == ()
    speaks = flow(
        "  first: {kind: say, say: {zh-CN: '{21:money}', en: '{21:money}'}, next: bye}\n  bye: {kind: hang_up}\n"
    )
    assert len(pieces_of_values([demo("hotline"), speaks])) > 600

"""The list of texts: every prompt that is rendered beforehand is in it, or put together from what is."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.languages import LANGUAGES
from callcenter.ivr.inventory import Place, inventory, longest_s, spoken_form
from callcenter.ivr.pieces import RESTS_MS, piece
from callcenter.ivr.repertoire import repertoire
from tests.ivr.flows import demo
from tests.ivr.test_repertoire import CALLS_BACK, CENTRE

FLOWS = [demo("hotline"), demo("survey"), demo("closed")]
BUSY = msgspec.structs.replace(CENTRE, queues=(CENTRE.queues[0], CALLS_BACK))


def test_all_that_is_rendered_can_be_spoken_by_a_studio() -> None:
    listed = {(line.language, line.text) for line in inventory(BUSY, FLOWS)}
    for prompt in repertoire(BUSY, FLOWS):
        parts = [piece(id_, prompt.language) for id_ in prompt.pieces if id_ not in RESTS_MS] or [prompt]
        assert {(part.language, part.text) for part in parts} <= listed, prompt


def test_lines_are_played_as_flows_play_them() -> None:
    played = {prompt for flow in FLOWS for prompt in flow.prompts()}
    assert {line.prompt for line in inventory(BUSY, FLOWS) if line.source == "flow"} == played


def test_an_id_is_there_once_a_language_and_tells_all_places() -> None:
    lines = inventory(BUSY, FLOWS)
    assert len({(line.id, line.language) for line in lines}) == len(lines)
    goodbye = next(line for line in lines if line.id == "recording_notice" and line.language == "en")
    assert goodbye.source == "flow"
    assert all(isinstance(place, Place) and place.where for place in goodbye.places)


def test_ids_are_fit_for_the_names_of_files() -> None:
    for line in inventory(BUSY, FLOWS):
        assert line.id.replace("-", "").replace("_", "").replace(".", "").isalnum()
        assert line.id.isascii()


def test_a_mark_more_is_the_same_text_and_a_word_more_is_not() -> None:
    assert spoken_form("您好，欢迎！") == spoken_form("您好 欢迎。")
    assert spoken_form("Hello") != spoken_form("Hello you")


@given(st.text(max_size=300))
def test_lengths_are_finite(text: str) -> None:
    for language in LANGUAGES:
        assert 2 <= longest_s(text, language) < 600

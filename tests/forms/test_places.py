"""Where a key is written."""

from callcenter.forms.places import line_of


def test_the_line_of_a_key_that_is_not_written_is_that_of_its_section() -> None:
    text = "demo: true\nweb:\n  host: x\n"
    assert [line_of(text, key) for key in ("web.host", "web.port", "store.url", "demo")] == [3, 2, 1, 1]


def test_entries_of_lists_are_counted_from_nought() -> None:
    text = "queues:\n- id: a\n- id: b\n  survey: x\n"
    assert [line_of(text, key) for key in ("queues[0]", "queues[1].survey", "queues[1].name", "queues[7]")] == [
        2,
        4,
        3,
        1,
    ]

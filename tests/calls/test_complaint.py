from callcenter.calls.complaint import Complaint, Sentences
from callcenter.calls.languages import Text

say = Sentences(
    {
        "unknown": Text(en="there is no {what} {name!r}; {known}", zh="没有{what}“{name}”；{known}"),
        "queue": Text(en="queue", zh="队列"),
        "none": Text(en="there are none", zh="一个也没有"),
        "at": Text(en="{said} (character {at})", zh="{said}（第 {at} 个字符）"),
    }
)


def test_a_value_in_words_is_said_in_the_language_of_its_sentence() -> None:
    told = say("unknown", what=say.phrase("queue"), name="sales", known=say.phrase("none"))
    english, chinese = "there is no queue 'sales'; there are none", "没有队列“sales”；一个也没有"
    assert told == Complaint("unknown", Text(en=english, zh=chinese))
    assert str(told) == english


def test_a_complaint_may_stand_in_another_one() -> None:
    inner = say("unknown", what="x", name="y", known="")
    assert say("at", said=inner, at=3).text.zh == "没有x“y”；（第 3 个字符）"


def test_braces_in_a_value_are_left_alone() -> None:
    assert say("unknown", what="{name}", name="{0}", known="").text.en == "there is no {name} '{0}'; "

from pathlib import Path, PurePosixPath

import pytest

from callcenter.recordings.naming import BadInteractionId, interaction_of, raw_name, wav_name


def test_a_recording_lies_under_the_utc_day_its_call_came_in() -> None:
    # 1767225599 is 2025-12-31 23:59:59 UTC.
    assert wav_name("cc1-1767225599.7") == PurePosixPath("2025/12/31/cc1-1767225599.7.wav")
    assert wav_name("cc1-1767225600.7") == PurePosixPath("2026/01/01/cc1-1767225600.7.wav")


def test_the_raw_file_is_named_after_the_call() -> None:
    assert raw_name("shop_2-b-1767225600.42") == "shop_2-b-1767225600.42.raw"
    assert interaction_of(Path("/spool/shop_2-b-1767225600.42.raw")) == "shop_2-b-1767225600.42"


def test_a_call_that_an_agent_began_is_kept_under_its_day_too() -> None:
    assert wav_name("out8001-1767225599999") == PurePosixPath("2025/12/31/out8001-1767225599999.wav")
    assert interaction_of(Path("/spool/out8001-1767225600000-agent.raw")) == "out8001-1767225600000"


@pytest.mark.parametrize(
    "trick",
    [
        "", "..", "../1767225600.1", "cc1-1767225600.1/../../x", "/etc/passwd", "cc1-1767225600",
        "cc1-1767225600.1\n",
        "cc1-1767225600.1\x00", "cc1-1767225600.1.wav", ".hidden-1.1", "Cc1-1.1", "cc1 -1.1", "cc1-999999999999.1",
        "cc1-\u0661\u0662.1", "a" * 400, "out8001-17672256001234567890", "out../8001-1767225600123",
    ],
)  # fmt: skip
def test_an_id_that_no_channel_can_have_names_no_file(trick: str) -> None:
    for name in (raw_name, wav_name):
        with pytest.raises(BadInteractionId) as refusal:
            name(trick)
        assert "allowed" in str(refusal.value)
        assert len(str(refusal.value)) < 300


def test_other_files_in_the_folder_belong_to_no_call() -> None:
    for name in ("cc1-1767225600.1.wav", "cc1-1767225600.1", "notes.raw"):
        with pytest.raises(BadInteractionId):
            interaction_of(Path(name))


def test_a_call_that_twilio_brought_lies_by_the_beginning_of_its_id() -> None:
    call = "tw-" + "a9" * 16
    assert wav_name(call) == PurePosixPath(f"twilio/a9/{call}.wav")
    assert wav_name(f"{call}cb1-1").parent == PurePosixPath("twilio/a9")
    for trick in ("tw-", "tw-../../x", f"{call}/x", "tw-" + "A9" * 16):
        with pytest.raises(BadInteractionId):
            wav_name(trick)

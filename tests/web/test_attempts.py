"""Guessing passwords is slowed down."""

from callcenter.web.attempts import NAMES_AN_ADDRESS, Attempts


def test_after_the_allowed_failures_the_pause_begins_and_ends() -> None:
    attempts = Attempts(3, 60.0)
    for now in (0.0, 1.0, 2.0):
        assert attempts.retry_in("li", "a", now) == 0.0
        attempts.failed("li", "a", now)

    assert attempts.retry_in("li", "a", 2.0) == 60.0  # counted from the last failure
    assert attempts.retry_in("LI ", "a", 10.0) == 52.0
    assert attempts.retry_in("li", "a", 62.0) == 0.0


def test_another_name_or_address_is_not_held_up() -> None:
    attempts = Attempts(1, 60.0)
    attempts.failed("li", "a", 0.0)

    assert attempts.retry_in("wang", "a", 1.0) == 0.0
    assert attempts.retry_in("li", "b", 1.0) == 0.0


def test_one_address_that_tries_many_names_is_stopped() -> None:
    attempts = Attempts(2, 60.0)
    for i in range(2 * NAMES_AN_ADDRESS):
        attempts.failed(f"name{i}", "a", float(i) / 10)

    assert attempts.retry_in("somebody else", "a", 5.0) > 0.0


def test_failures_spread_over_more_than_the_pause_hold_nobody_up() -> None:
    attempts = Attempts(3, 60.0)
    for now in (0.0, 40.0, 80.0):
        attempts.failed("li", "a", now)

    assert attempts.retry_in("li", "a", 81.0) == 0.0


def test_success_forgets_the_failures_of_the_name() -> None:
    attempts = Attempts(2, 60.0)
    attempts.failed("li", "a", 0.0)
    attempts.succeeded("li", "a")
    attempts.failed("li", "a", 1.0)

    assert attempts.retry_in("li", "a", 2.0) == 0.0

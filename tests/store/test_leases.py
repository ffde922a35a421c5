"""One holder at a time, and the next one when it is not renewed."""

from callcenter.store import leases


def test_of_two_that_ask_one_has_it_until_it_runs_out(db):
    assert leases.take(db, "reporting", "a", 100.0, 60.0)
    assert not leases.take(db, "reporting", "b", 150.0, 60.0)
    assert leases.take(db, "reporting", "a", 150.0, 60.0)  # renewed
    assert not leases.take(db, "reporting", "b", 209.0, 60.0)
    assert leases.take(db, "reporting", "b", 211.0, 60.0)
    assert not leases.take(db, "reporting", "a", 212.0, 60.0)


def test_what_is_given_back_is_free_at_once(db):
    leases.take(db, "reporting", "a", 100.0, 60.0)
    leases.give_back(db, "reporting", "b")  # not b's to give
    assert not leases.take(db, "reporting", "b", 101.0, 60.0)
    leases.give_back(db, "reporting", "a")
    assert leases.take(db, "reporting", "b", 102.0, 60.0)


def test_different_work_has_different_leases(db):
    assert leases.take(db, "reporting", "a", 100.0, 60.0)
    assert leases.take(db, "other", "b", 100.0, 60.0)

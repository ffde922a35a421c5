"""Accounts, the slowing down of guesses, sessions."""

import threading

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from callcenter.store import accounts, sessions
from callcenter.store import tables as t
from callcenter.store.accounts import Account, BadAccount, TooManyAttempts, UnknownAccount, WrongPassword

AGENT = Account(username="8001", role="agent", agent="8001", name="Lin", language="zh-CN")
PASSWORD = "right-password"


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch):
    """The cheapest parameters there are: these tests hash a hundred times."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", hasher)
    monkeypatch.setattr(accounts, "_NOBODYS_HASH", hasher.hash("x"))


@pytest.fixture
def agent(db):
    accounts.save(db, AGENT, PASSWORD)
    return db


def guess(db, now, username="8001", password="wrong", address="10.0.0.9"):
    return accounts.sign_in(db, username, password, address, now)


def fail(db, now, **kwargs):
    with pytest.raises(WrongPassword):
        guess(db, now, **kwargs)


def test_the_right_password_signs_in_and_is_nowhere_in_the_database(agent, tmp_path):
    assert guess(agent, 1.0, password=PASSWORD) == AGENT
    assert guess(agent, 2.0, username=" 8001 ", password=PASSWORD) == AGENT
    agent.dispose()
    assert not any(PASSWORD.encode() in path.read_bytes() for path in tmp_path.iterdir())
    with agent.connect() as connection:
        assert connection.scalar(sa.select(t.accounts.c.password_hash)).startswith("$argon2id$")


def test_unknown_and_inactive_accounts_are_refused_like_a_wrong_password(agent):
    fail(agent, 1.0)
    fail(agent, 1.0, username="nobody")
    fail(agent, 1.0, username="' or 1=1 --")
    accounts.save(
        agent, Account(username="8001", role="agent", agent="8001", name="Lin", language="en", active=False)
    )
    fail(agent, 2.0, password=PASSWORD)


def test_after_five_failures_the_wait_grows_and_the_right_password_waits_too(agent):
    for n in range(5):
        fail(agent, now=n / 10)
    with pytest.raises(TooManyAttempts) as refused:
        guess(agent, 0.5, password=PASSWORD)
    assert refused.value.retry_in_s == pytest.approx(0.9)  # 0.4 + 1 s
    fail(agent, 1.4)
    with pytest.raises(TooManyAttempts):
        guess(agent, 3.3)
    assert guess(agent, 3.4, password=PASSWORD) == AGENT
    fail(agent, 3.5)  # a success forgets the failures
    fail(agent, 3.5)


def test_the_wait_never_exceeds_five_minutes_and_ends(agent):
    now = 0.0
    for n in range(30):
        fail(agent, now)
        now += accounts.wait_s(n + 1)
    with pytest.raises(TooManyAttempts) as refused:
        guess(agent, now - 1.0)
    assert refused.value.retry_in_s == pytest.approx(1.0)
    assert accounts.wait_s(30) == 300.0
    assert guess(agent, now, password=PASSWORD) == AGENT


def test_one_who_guesses_elsewhere_or_for_others_keeps_nobody_out(agent):
    for n in range(6):
        fail(agent, now=float(n * 2))
    assert guess(agent, 10.1, password=PASSWORD, address="10.0.0.10") == AGENT


def test_failures_are_forgotten_after_a_day(agent):
    for _ in range(5):
        fail(agent, now=1.0)
    assert guess(agent, 1.0 + 86_401, password=PASSWORD) == AGENT


def test_guesses_at_the_same_moment_count_each(either_db):
    accounts.save(either_db, AGENT, PASSWORD)
    results = []

    def attempt():
        try:
            guess(either_db, 1.0)
        except (WrongPassword, TooManyAttempts) as refused:
            results.append(type(refused))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert (results.count(WrongPassword), results.count(TooManyAttempts)) == (5, 7)


def test_a_new_password_replaces_the_old(agent):
    accounts.set_password(agent, "8001", "another-one")
    fail(agent, 1.0, password=PASSWORD)
    assert guess(agent, 2.0, password="another-one") == AGENT
    with pytest.raises(UnknownAccount):
        accounts.set_password(agent, "8002", "another-one")


def test_an_account_is_changed_without_its_password(agent):
    changed = Account(username="8001", role="supervisor", agent=None, name="Lin Tao", language="en")
    accounts.save(agent, changed)
    assert accounts.account(agent, "8001") == changed
    assert guess(agent, 1.0, password=PASSWORD) == changed
    accounts.set_language(agent, "8001", "zh-CN")
    assert [a.language for a in accounts.all_accounts(agent)] == ["zh-CN"]
    with pytest.raises(UnknownAccount):
        accounts.account(agent, "nobody")


def test_an_account_has_any_role_of_the_centre_and_groups_of_its_own(db):
    leader = Account(
        username="mei", role="team_leader", agent=None, name="Mei", language="zh-CN", groups=("sales", "night")
    )
    accounts.save(db, leader, PASSWORD)
    assert accounts.account(db, "mei") == leader
    token = sessions.begin(db, "mei", "", now=0.0)
    assert sessions.session(db, token, now=1.0).account.groups == ("sales", "night")


def test_the_last_sign_in_is_kept_and_failures_do_not_count(agent):
    assert accounts.last_sign_ins(agent) == {}
    guess(agent, 7.0, password=PASSWORD)
    fail(agent, 9.0)
    assert accounts.last_sign_ins(agent) == {"8001": 7.0}
    accounts.save(agent, AGENT)
    assert accounts.last_sign_ins(agent) == {"8001": 7.0}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "Ünknown"}, "username"),
        ({"username": "a\nb"}, "username"),
        ({"role": "the boss"}, "role"),
        ({"role": "agent\n"}, "role"),
        ({"language": "fr"}, "language"),
        ({"name": ""}, "name"),
        ({"agent": None}, "agent"),
    ],
)
def test_a_bad_account_is_refused_with_its_field(db, change, field):
    fields = {name: getattr(AGENT, name) for name in AGENT.__struct_fields__}
    with pytest.raises(BadAccount) as refused:
        accounts.save(db, Account(**fields | change), PASSWORD)
    assert refused.value.field == field


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_bad_password_is_refused(db, password):
    with pytest.raises(BadAccount, match="password"):
        accounts.save(db, AGENT, password)
    assert accounts.all_accounts(db) == []


# ---- sessions


HOUR, DAY = 3600.0, 86_400.0


def test_a_session_is_known_by_its_token_which_is_not_in_the_database(agent, tmp_path):
    token = sessions.begin(agent, "8001", "10.0.0.9", now=0.0)
    assert sessions.session(agent, token, now=5.0).account == AGENT
    assert sessions.session(agent, token + "x", now=5.0) is None
    assert len(token) >= 43  # 256 bits
    agent.dispose()
    assert not any(token.encode() in path.read_bytes() for path in tmp_path.iterdir())


def test_a_session_ends_after_twelve_idle_hours_and_use_prolongs_it(agent):
    used, idle = (sessions.begin(agent, "8001", "", now=0.0) for _ in range(2))
    assert sessions.session(agent, used, now=11 * HOUR)
    assert sessions.session(agent, used, now=22 * HOUR)
    assert sessions.session(agent, idle, now=12 * HOUR) is None


def test_a_session_ends_after_a_week_however_much_it_is_used(agent):
    token = sessions.begin(agent, "8001", "", now=0.0)
    for hours in range(0, 7 * 24, 10):
        assert sessions.session(agent, token, now=hours * HOUR).ends_at == 7 * DAY
    assert sessions.session(agent, token, now=7 * DAY) is None


def test_a_revoked_session_is_over_and_the_others_go_on(agent):
    one, other = (sessions.begin(agent, "8001", "", now=0.0) for _ in range(2))
    sessions.revoke(agent, one)
    sessions.revoke(agent, "unknown")
    assert sessions.session(agent, one, now=1.0) is None
    assert sessions.session(agent, other, now=1.0)
    assert sessions.revoke_all(agent, "8001") == 1
    assert sessions.session(agent, other, now=1.0) is None


def test_the_session_of_an_account_made_inactive_is_over(agent):
    token = sessions.begin(agent, "8001", "", now=0.0)
    accounts.save(
        agent, Account(username="8001", role="agent", agent="8001", name="Lin", language="en", active=False)
    )
    assert sessions.session(agent, token, now=1.0) is None


def test_using_a_session_writes_at_most_once_a_minute(agent):
    token, statements = sessions.begin(agent, "8001", "", now=0.0), []
    sa.event.listen(agent, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for second in range(119):
        sessions.session(agent, token, now=float(second))
    assert len([statement for statement in statements if statement.startswith("UPDATE")]) == 1


def test_ended_sessions_are_cleared_away(agent):
    sessions.begin(agent, "8001", "", now=0.0)
    sessions.begin(agent, "8001", "", now=sessions.LONGEST_LIFE_S)
    with agent.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.sessions)) == 1

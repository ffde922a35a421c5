"""Secrets: generated once, private, shared by processes."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callcenter.keyring import Keyring, KeyringError, write_private


def test_a_secret_is_made_once_and_found_again(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    made = Keyring(file).secret("ami.events")
    assert len(made) == 64
    assert Keyring(file).secret("ami.events") == made
    assert Keyring(file).secret("ami.actions") != made


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    Keyring(tmp_path / "secrets.yaml").secret("control.key")
    assert [stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()] == [0o600, 0o600]


def test_every_sip_account_gets_a_password_of_its_own_and_a_new_account_changes_none(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "secrets.yaml")
    before = keyring.sip_passwords(["8001", "8001-web"])
    after = keyring.sip_passwords(["8001", "8001-web", "8002"])
    assert len(set(after.values())) == 3
    assert before.items() <= after.items()


def test_many_at_once_agree(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda i: (i % 4, Keyring(file).sip_password(str(i % 4))), range(40)))
    assert len(set(made)) == 4


def test_nothing_is_shown_of_the_secrets(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "secrets.yaml")
    assert keyring.secret("control.key") not in f"{keyring} {keyring!r} {vars(keyring)}"


def test_a_damaged_file_is_named_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    file.write_text("- [")
    with pytest.raises(KeyringError, match=r"secrets\.yaml is damaged"):
        Keyring(file).secret("control.key")
    assert file.read_text() == "- ["


def test_writing_narrows_the_rights_of_an_open_file(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("open to all")
    write_private(file, "closed")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("closed", 0o600)

"""What the doctor finds, and that it finds it when it is there."""

import subprocess
from pathlib import Path

import pytest

from callcenter.config import Config, load
from callcenter.doctor import machine, outside, programs, running
from callcenter.doctor.checkup import checkup
from callcenter.doctor.finding import Finding
from callcenter.preparation import centre

GB = 1 << 30
DAY_S = 86_400


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "config.yaml").write_text("")
    return load(tmp_path / "config.yaml")


def levels(findings: list[Finding]) -> list[str]:
    return [each.level for each in findings]


@pytest.mark.parametrize(("free", "level"), [(6 * GB, "good"), (3 * GB, "doubtful"), (GB // 2, "bad")])
def test_little_disk_is_told_before_it_is_none(free: int, level: str) -> None:
    assert machine.space(Path("/x"), free).level == level


def test_secrets_that_others_can_read_are_bad(config: Config) -> None:
    config.keyring.secret("control.key")
    assert levels(list(machine.secrets(config))) == ["good"]
    (config.data_dir / "secrets.yaml").chmod(0o644)
    [finding] = machine.secrets(config)
    assert finding.level == "bad"
    assert finding.mend is not None
    assert "chmod 600" in finding.mend.en


@pytest.mark.parametrize(
    ("token", "address", "level"),
    [
        ("", "https://x.example.com", "bad"),
        ("t", "https://x.example.com", "good"),
        ("t", "http://[::1]:8080", "doubtful"),
    ],
)
def test_half_a_twilio_is_told(tmp_path: Path, token: str, address: str, level: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f'twilio: {{account_sid: AC{"1" * 32}, sender: "+15550001111", public_url: "{address}"}}')
    config = load(file)
    config.keyring.put("twilio.auth_token", token)
    assert levels(list(outside.twilio(config))) == [level]


def test_without_twilio_nothing_is_said_of_it(config: Config) -> None:
    assert list(outside.twilio(config)) == []


def test_a_missing_asterisk_is_told_and_not_fetched(config: Config) -> None:
    [finding] = programs.asterisk(config)
    assert (finding.level, finding.what.en) == ("bad", "there is no Asterisk yet")


def test_a_database_is_sound_missing_or_damaged(config: Config) -> None:
    assert levels(list(running.database(config))) == ["bad"]
    (config.data_dir / "callcenter.db").unlink(missing_ok=True)
    centre.database(config)
    assert levels(list(running.database(config))) == ["good", "doubtful"]  # nobody can sign in
    file = config.data_dir / "callcenter.db"
    file.write_bytes(b"not a database" * 1000)
    assert levels(list(running.database(config))) == ["bad"]


@pytest.mark.parametrize(("days", "level"), [(90, "good"), (5, "doubtful"), (-1, "bad")])
def test_a_certificate_is_told_before_it_ends(days: int, level: str) -> None:
    assert programs.lasting(Path("c.pem"), 1e9 + days * DAY_S, 1e9).level == level


def test_a_real_certificate_is_read_and_a_wrong_key_is_found(tmp_path: Path) -> None:
    for name in ("a", "b"):
        argv = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        subject = [
            "-subj",
            "/CN=x",
            "-days",
            "90",
            "-keyout",
            f"{tmp_path}/{name}.key",
            "-out",
            f"{tmp_path}/{name}.pem",
        ]
        subprocess.run([*argv, *subject], check=True, capture_output=True, timeout=120)
    for key, level in (("a.key", "good"), ("b.key", "bad")):
        (tmp_path / "config.yaml").write_text(f"web: {{tls_certificate: a.pem, tls_key: {key}}}\n")
        assert levels(list(programs.certificate(load(tmp_path / "config.yaml")))) == [level]


def test_a_check_that_fails_is_a_finding_and_the_others_go_on(config: Config) -> None:
    def broken(_: Config) -> list[Finding]:
        raise OSError("disk on fire")

    findings = list(checkup(config, (broken, machine.open_files)))  # type: ignore[arg-type]
    assert findings[0].what.en == "broken cannot be checked: OSError: disk on fire"
    assert len(findings) == 2

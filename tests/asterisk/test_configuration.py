"""What is written for Asterisk: complete, unchanged when nothing changes, and nothing that is not allowed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.asterisk.allowed import ConfigurationError, checked
from callcenter.asterisk.configuration import Written, endpoints_needed, rendered, write_configuration
from callcenter.asterisk.hotlines import inbound_numbers, written_forms
from callcenter.asterisk.installation import Installation
from callcenter.asterisk.settings import AmiSecrets, Settings, Trunk
from callcenter.calls.centre import Agent, Centre, Number
from callcenter.robots.phone import SipPhone
from tests.asterisk.scene import Engine, calling
from tests.real_asterisk import RunningAsterisk, ami, answering

CENTRE = Centre(
    agents=(Agent(id="8001", name="李雷"), Agent(id="8002", name="Han; Meimei\n[evil]")),
    numbers=(Number(number="95001", flow="hotline"),),
)
SECRET = "abcdefghijklmnop"


def settings_in(folder: Path, **changed: Any) -> Settings:
    return replace(Settings(data_dir=folder, ami_secrets=AmiSecrets(SECRET, SECRET, SECRET)), **changed)


def passwords_for(centre: Centre, demo: bool = False) -> dict[str, str]:
    return dict.fromkeys(endpoints_needed(centre, demo=demo), SECRET)


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    return Installation((22, 10, 1), tmp_path / "modules", tmp_path / "data", tmp_path / "data/sounds/voice", {})


def files(place: Installation, folder: Path, centre: Centre = CENTRE, **changed: Any) -> dict[str, str]:
    settings = settings_in(folder, **changed)
    return rendered(settings, centre, passwords_for(centre, settings.demo), place)


def test_nothing_is_left_to_fill_in(place: Installation, tmp_path: Path) -> None:
    for name, text in files(place, tmp_path, demo=True).items():
        assert "@{" not in text, name


def test_names_people_write_are_not_in_the_files(place: Installation, tmp_path: Path) -> None:
    everything = "".join(files(place, tmp_path).values())
    assert "evil" not in everything
    assert "李雷" not in everything


def test_a_second_writing_changes_nothing(place: Installation, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert write_configuration(settings, CENTRE, passwords_for(CENTRE), place).restart
    assert write_configuration(settings, CENTRE, passwords_for(CENTRE), place) == Written()


def test_a_new_agent_reloads_phones_and_numbers_alone(place: Installation, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    write_configuration(settings, CENTRE, passwords_for(CENTRE), place)
    grown = Centre(agents=(*CENTRE.agents, Agent(id="8003", name="C")), numbers=CENTRE.numbers)
    written = write_configuration(settings, grown, passwords_for(grown), place)
    files = ("extensions_inside.conf", "pjsip_endpoints.conf")
    assert written == Written(files, ("pbx_config.so", "res_pjsip.so"), restart=False)


def test_a_new_port_needs_a_restart(place: Installation, tmp_path: Path) -> None:
    write_configuration(settings_in(tmp_path), CENTRE, passwords_for(CENTRE), place)
    written = write_configuration(settings_in(tmp_path, sip_port=5070), CENTRE, passwords_for(CENTRE), place)
    assert written.files == ("pjsip_transports.conf",)
    assert written.restart


def test_files_with_passwords_are_not_for_everybody(place: Installation, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    write_configuration(settings, CENTRE, passwords_for(CENTRE), place)
    assert all(path.stat().st_mode & 0o007 == 0 for path in settings.etc_dir.iterdir())


def test_the_voice_is_linked_again_when_the_installation_moves(place: Installation, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    write_configuration(settings, CENTRE, passwords_for(CENTRE), place)
    moved = replace(place, english_sounds_dir=tmp_path / "elsewhere")
    write_configuration(settings, CENTRE, passwords_for(CENTRE), moved)
    assert (settings.shared_dir / "sounds/en").readlink() == tmp_path / "elsewhere"


def test_only_a_demo_takes_calls_without_a_password(place: Installation, tmp_path: Path) -> None:
    assert "demo-trunk" not in files(place, tmp_path)["pjsip_trunks.conf"]
    assert "testphone" not in files(place, tmp_path)["pjsip_endpoints.conf"]
    assert "demo-trunk" in files(place, tmp_path, demo=True)["pjsip_trunks.conf"]
    assert "testphone" in files(place, tmp_path, demo=True)["pjsip_endpoints.conf"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"system_name": "a b"}, "system_name"),
        ({"system_name": "x]\n[evil"}, "system_name"),
        ({"sip_port": 0}, "sip_port"),
        ({"ami_port": 65536}, "ami_port"),
        ({"silence_limit_s": 0}, "silence_limit_s"),
        ({"sip_host": "0.0.0.0;x"}, "sip_host"),
        ({"ami_host": "0.0.0.0"}, "ami_host"),
        ({"agi_host": "host/x,y"}, "agi_host"),
        ({"external_address": "example.org"}, "external_address"),
        ({"external_address": "192.0.2.1", "local_networks": ("here",)}, "local_networks"),
        ({"rtp_first_port": 20000, "rtp_last_port": 20001}, "rtp_last_port"),
        ({"ami_secrets": AmiSecrets("short", SECRET, SECRET)}, "ami_secrets.events"),
        ({"data_dir": Path("/a/${SHELL(id)}")}, "etc_dir"),
        ({"data_dir": Path("/" + "long/" * 30)}, "data_dir"),
        ({"trunks": (Trunk(name="Bad Name", host="sip.example.org"),)}, "trunks[0].name"),
        ({"trunks": (Trunk(name="t", host="a b"),)}, "trunks[0].host"),
        ({"trunks": (Trunk(name="t", host="h", transport="tls"),)}, "trunks[0].transport"),  # type: ignore[arg-type]
        ({"trunks": (Trunk(name="t", host="h", register=True),)}, "trunks[0].username"),
        ({"trunks": (Trunk(name="t", host="h", username="u", password="p;w"),)}, "trunks[0].password"),
        ({"trunks": (Trunk(name="t", host="h", match=("10.0.0.0/99",)),)}, "trunks[0].match"),
        ({"trunks": (Trunk(name="t", host="h", caller_number="12&PJSIP"),)}, "trunks[0].caller_number"),
        ({"trunks": (Trunk(name="t", host="h"), Trunk(name="t", host="h"))}, "trunks[1].name"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_allowed_is_named_and_nothing_is_written(
    place: Installation, tmp_path: Path, changed: dict[str, Any], field: str
) -> None:
    settings = settings_in(tmp_path / "var", **changed)
    with pytest.raises(ConfigurationError) as refusal:
        write_configuration(settings, CENTRE, passwords_for(CENTRE), place)
    assert refusal.value.field == field
    assert refusal.value.allowed in str(refusal.value)
    assert not (tmp_path / "var").exists()


def test_a_missing_password_is_named(place: Installation, tmp_path: Path) -> None:
    passwords = passwords_for(CENTRE)
    del passwords["8002-web"]
    with pytest.raises(ConfigurationError, match="8002-web"):
        rendered(settings_in(tmp_path), CENTRE, passwords, place)


def test_a_refused_secret_is_not_shown(place: Installation, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        rendered(settings_in(tmp_path), CENTRE, {**passwords_for(CENTRE), "8001": "hunter2 hunter2"}, place)
    assert "hunter2" not in str(refusal.value)


@given(st.sampled_from(["name", "endpoint", "number", "secret", "credential", "host"]), st.text())
def test_what_passes_the_gate_means_nothing_to_asterisk(shape: str, value: str) -> None:
    try:
        checked(shape, "field", value)
    except ConfigurationError:
        return
    assert value.isascii()
    assert value.isprintable()
    assert not set(value) & set(' ;>"\\\r\n')


def test_a_trunk_has_its_lines(place: Installation, tmp_path: Path) -> None:
    trunk = Trunk(
        name="main", host="sip.example.org", username="u1", password="p@ss!", register=True, match=("192.0.2.0/28",)
    )
    text = files(place, tmp_path, trunks=(trunk,))["pjsip_trunks.conf"]
    for line in (
        "contact = sip:sip.example.org:5060\\;transport=udp",
        "match = 192.0.2.0/28",
        "client_uri = sip:u1@sip.example.org:5060",
        "password = p@ss!",
        "identify_by = ip",
    ):
        assert line in text.splitlines()


def section(text: str, name: str) -> dict[str, str]:
    """The endpoint of that name."""
    lines = text.split(f"[{name}]\ntype = endpoint\n")[1].split("\n[")[0].splitlines()
    return dict(line.split(" = ", 1) for line in lines if " = " in line)


def test_nobody_who_vanished_is_waited_for_for_ever(place: Installation, tmp_path: Path) -> None:
    written = files(place, tmp_path, demo=True, silence_limit_s=45, trunks=(Trunk(name="main", host="h"),))
    phones, lines = written["pjsip_endpoints.conf"], written["pjsip_trunks.conf"]
    for line in (section(phones, "8001"), section(lines, "main"), section(lines, "demo-trunk")):
        assert line["rtp_timeout"] == "45"
        assert int(line["rtp_timeout_hold"]) >= 600, "a phone on hold may be silent"
        assert int(line["timers_min_se"]) <= int(line["timers_sess_expires"]) <= 300
    assert section(phones, "8001")["timers"] == "always"
    assert section(lines, "main")["timers"] == "yes"


@pytest.mark.parametrize("browser", ["8001-web", "testphone"])
def test_a_crashed_tab_is_noticed_within_half_a_minute_and_needs_no_refresh(
    place: Installation, tmp_path: Path, browser: str
) -> None:
    endpoint = section(files(place, tmp_path, demo=True)["pjsip_endpoints.conf"], browser)
    assert int(endpoint["rtp_timeout"]) <= 15
    assert int(endpoint["rtp_timeout_hold"]) <= 30
    assert endpoint["timers"] == "no"


# ---- numbers


def test_a_number_has_every_form_a_trunk_may_write() -> None:
    assert written_forms("02087654321", "CN", "020") == (
        "02087654321",
        "+862087654321",
        "862087654321",
        "00862087654321",
        "2087654321",
    )
    assert written_forms("95001", "CN") == ("95001",)


def test_a_form_that_two_numbers_share_belongs_to_the_one_that_is_written_so() -> None:
    centre = Centre(
        numbers=(Number(number="+861062345678", flow="a"), Number(number="861062345678", flow="b", language="en"))
    )
    lines = inbound_numbers(centre).splitlines()
    assert "exten => 861062345678,1,Gosub(arrival,s,1(861062345678,en,en))" in lines
    assert "exten => +861062345678,1,Gosub(arrival,s,1(+861062345678,zh-CN,zh))" in lines
    extensions = [line.split(",")[0] for line in lines if line.startswith("exten")]
    assert len(extensions) == len(set(extensions))


# ---- and Asterisk takes it


@pytest.mark.real
async def test_a_new_agent_and_a_new_number_work_after_a_reload_while_a_call_goes_on(
    asterisk: RunningAsterisk, centre: Centre
) -> None:
    grown = Centre(
        agents=(*centre.agents, Agent(id="8003", name="C")),
        numbers=(*centre.numbers, Number(number="95002", flow="hotline")),
    )
    async with answering(asterisk.settings, Engine()) as questions, calling(asterisk) as before:
        await questions.wait_for("beat")
        passwords = {**dict.fromkeys(endpoints_needed(grown, demo=True), SECRET), **asterisk.passwords}
        written = write_configuration(asterisk.settings, grown, passwords, asterisk.installation)
        assert set(written.reload) == {"pbx_config.so", "res_pjsip.so"}
        async with ami(asterisk.settings, "system") as reloading:
            for module in written.reload:
                assert (await reloading.action("Reload", Module=module))["Response"] == "Success"
        async with SipPhone("8003", SECRET, asterisk.sip_address) as phone:
            await phone.register()
        async with calling(asterisk, "95002") as after:
            await questions.all_of("beat", 2)
            assert not before.is_over
            assert not after.is_over

"""config.yaml: what is allowed, what is said when it is not, and that every key is explained."""

import dataclasses
from pathlib import Path

import msgspec
import pytest

from callcenter import config_sections as sections
from callcenter.asterisk import settings as asterisk
from callcenter.config import Config, config_file, load
from callcenter.forms.reading import FormError
from callcenter.reporting import settings as reporting
from callcenter.web import settings as web

REPOSITORY = Path(__file__).parents[1]


def written(folder: Path, text: str) -> Path:
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(FormError) as caught:
        load(written(folder, text))
    return str(caught.value).replace(f"{folder}/", "")


def test_an_empty_file_runs_on_loopback_without_the_demo(tmp_path: Path) -> None:
    config = load(written(tmp_path, ""))
    assert (config.demo, config.web.host, config.asterisk.sip_host) == (False, "127.0.0.1", "127.0.0.1")
    assert config.data_dir == tmp_path / "var"
    assert config.database_url == f"sqlite:///{tmp_path}/var/callcenter.db"


def test_the_shipped_file_is_sound_and_is_the_demo() -> None:
    config = load(REPOSITORY / "config.yaml")
    assert config.demo
    assert web.is_loopback(config.web.host)
    assert web.is_loopback(config.asterisk.sip_host)


def test_the_shipped_file_is_sound_with_every_suggestion_taken(tmp_path: Path) -> None:
    lines = (REPOSITORY / "config.yaml").read_text(encoding="utf-8").splitlines()
    taken = [line.replace("# ", "", 1) if _is_suggestion(line) else line for line in lines]
    assert sum(map(_is_suggestion, lines)) >= 10
    config = load(written(tmp_path, "\n".join(taken)))
    assert config.asterisk.trunks[0].name == "provider"
    assert config.store.url.startswith("sqlite:////srv/")


def _is_suggestion(line: str) -> bool:
    """A commented-out setting: a key, a colon, and no sentence before it."""
    bare = line.strip().removeprefix("# ").strip().removeprefix("- ")
    return line.strip().startswith("# ") and bare.split(":")[0].isidentifier() and bare.split(":")[0].islower()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'asterisk:\n  sip_port: "abc"\n',
            'config.yaml:2: asterisk.sip_port: expected an integer between 1 and 65535, found "abc"',
        ),
        ("web:\n  port: 65536\n", "config.yaml:2: web.port: expected an integer between 1 and 65535, found 65536"),
        ("demo: yes please\n", 'config.yaml:1: demo: expected true or false, found "yes please"'),
        ("dmeo: true\n", "config.yaml:1: dmeo: is no key known here (did you mean demo?)"),
        ("web:\n  mask_numbers_for: [boss]\n", "config.yaml:2: web.mask_numbers_for[0]: expected one of"),
        ("asterisk:\n  trunks:\n  - name: a\n", "config.yaml:3: asterisk.trunks[0].host: is missing"),
        ("asterisk: {rtp_first_port: 30000}\n", "config.yaml:1: asterisk.rtp_last_port: expected at least four"),
        ("web:\n  port: 5060\n", "config.yaml:1: asterisk.sip_port: is 5060, and so is web.port"),
        ("web:\n  host: 0.0.0.0\n", "config.yaml:2: web.host: "),
        ("store:\n  url: mysql://x\n", "config.yaml:2: store.url: expected a database URL"),
        ("web: [\n", "config.yaml:2: not valid YAML"),
        ("twilio:\n  account_sid: AC12\n", "config.yaml:2: twilio.account_sid: expected AC and 32 hexadecimal"),
        ('twilio:\n  sender: "+15550001111"\n', "twilio.account_sid: is missing: texts and calls"),
        (f"twilio:\n  account_sid: AC{'1' * 32}\n", "config.yaml:2: twilio.account_sid: stands alone"),
        (
            f"twilio:\n  account_sid: AC{'1' * 32}\n  sip_address: pbx.example.com\n",
            "config.yaml:3: twilio.sip_address: needs twilio.public_url",
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_key_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


@pytest.mark.parametrize("value", ["a\\r\\nb", "x;y", "a b"])
def test_a_trunk_password_cannot_carry_a_second_line_into_asterisk(tmp_path: Path, value: str) -> None:
    text = f'asterisk:\n  trunks:\n  - {{name: a, host: h, password: "{value}"}}\n'
    assert "password: expected up to 128 visible ASCII characters" in refusal(tmp_path, text)


def test_a_data_folder_too_deep_for_a_socket_is_refused(tmp_path: Path) -> None:
    assert "data_dir: " in refusal(tmp_path, f"data_dir: {'d' * 80}\n")


def test_the_argument_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_CONFIG", "/etc/callcenter.yaml")
    assert config_file("mine.yaml") == Path("mine.yaml")
    assert config_file() == Path("/etc/callcenter.yaml")
    monkeypatch.delenv("CALLCENTER_CONFIG")
    assert config_file() == Path("config.yaml")


def test_the_rooms_get_what_the_file_says(tmp_path: Path) -> None:
    text = "demo: true\nweb: {port: 9000}\nasterisk:\n  http_port: 9001\n  trunks: [{name: t, host: h}]\n"
    config = load(written(tmp_path, text))
    assert config.web_settings().asterisk_websocket == "ws://127.0.0.1:9001/ws"
    assert config.web_settings().test_phone
    assert config.asterisk_settings().trunks == (asterisk.Trunk(name="t", host="h"),)
    assert config.asterisk_settings() == config.asterisk_settings()


def test_every_setting_of_a_room_is_in_the_file_or_made_from_it() -> None:
    """A new setting of a room must be put into the file, or be named here as made from something else."""
    of_asterisk = {each.name for each in dataclasses.fields(asterisk.Settings)} - set(
        sections.Asterisk.__struct_fields__
    )
    assert of_asterisk == {"data_dir", "ami_secrets", "http_host", "ami_host", "agi_host", "demo"}
    of_web = set(web.Settings.__struct_fields__) - set(sections.Web.__struct_fields__)
    assert of_web == {"test_phone", "asterisk_websocket", "console_folder", "recordings_folder"}


def test_the_defaults_of_the_file_are_those_of_the_rooms() -> None:
    asked, given = sections.Asterisk(), {each.name: each.default for each in dataclasses.fields(asterisk.Settings)}
    differing = {name for name in sections.PASSED_TO_ASTERISK if getattr(asked, name) != given[name]}
    assert differing == {"sip_host"}  # the file keeps to loopback until told otherwise


def test_every_key_is_explained_in_the_documents() -> None:
    text = (REPOSITORY / "docs/configuration.md").read_text(encoding="utf-8")
    missing = [key for key in keys(sections.File) if f"| `{key}` |" not in text]
    assert missing == []


def test_every_default_is_stated_in_the_documents() -> None:
    lines = (REPOSITORY / "docs/configuration.md").read_text(encoding="utf-8").splitlines()
    rows = {line.split("|")[1].strip(" `"): line.split("|")[3] for line in lines if line.startswith("| `")}
    wrong = {key: rows[key] for key, default in defaults().items() if f"`{default}`" not in rows[key]}
    assert wrong == {}


def keys(section: type[msgspec.Struct], above: str = "") -> list[str]:
    found: list[str] = []
    for each in msgspec.structs.fields(section):
        inner = each.default if isinstance(each.default, msgspec.Struct) else None
        found += keys(type(inner), f"{above}{each.name}.") if inner else [above + each.name]
    return found + (list(sections.Trunk.__struct_fields__) if section is sections.Asterisk else [])


def defaults() -> dict[str, str]:
    """Of every key whose default is a number or a word."""
    stated = {}
    for above, section in (
        ("", Config),
        ("asterisk.", sections.Asterisk),
        ("web.", sections.Web),
        ("prompts.", sections.Prompts),
        ("reports.", sections.Reports),
        ("reports.mail.", reporting.Mail),
    ):
        for each in msgspec.structs.fields(section):
            if isinstance(each.default, str | int | float | Path) and each.default != "":
                value = str(each.default).lower() if isinstance(each.default, bool) else str(each.default)
                stated[above + each.name] = value.removesuffix(".0") if isinstance(each.default, float) else value
    return stated

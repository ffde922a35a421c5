"""Asterisk's whole configuration, written from our settings and the centre document.

Static text lies in `templates/` with `@{name}` for what varies; every value passes `allowed` first. Files are
replaced atomically and only when they change, so that the caller knows what to reload.
"""

from __future__ import annotations

import os
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from callcenter.asterisk import hotlines, inside, music, phones
from callcenter.asterisk.allowed import ConfigurationError, checked, checked_path, checked_port
from callcenter.asterisk.installation import Installation
from callcenter.asterisk.settings import Settings
from callcenter.calls.centre import Centre, endpoint

TEMPLATES = Path(__file__).with_name("templates")
CEL_FIELDS = (
    "eventtype",
    "eventtime",
    "uniqueid",
    "accountcode",
    "channame",
    "name",
    "num",
    "dnid",
    "exten",
    "context",
    "appname",
    "appdata",
    "peer",
    "userdeftype",
    "eventextra",
)
EVENTS = (
    "AgentCalled",
    "AgentComplete",
    "AgentConnect",
    "BridgeEnter",
    "BridgeLeave",
    "ChanSpyStart",
    "ConfbridgeJoin",
    "ConfbridgeLeave",
    "ConfbridgeMute",
    "ConfbridgeUnmute",
    "ContactStatus",
    "DeviceStateChange",
    "DialBegin",
    "DialEnd",
    "FullyBooted",
    "Hangup",
    "HangupRequest",
    "Hold",
    "MixMonitorStart",
    "MixMonitorStop",
    "Newchannel",
    "Newstate",
    "OriginateResponse",
    "QueueCallerAbandon",
    "QueueCallerJoin",
    "QueueCallerLeave",
    "QueueMemberStatus",
    "Rename",
    "Shutdown",
    "Unhold",
)
# What AMI's Reload is told after a file has changed; a file that is not here needs a restart of Asterisk.
_RELOADED_BY = {
    "cel.conf": "cel",
    "cel_custom.conf": "cel_custom.so",
    "extensions.conf": "pbx_config.so",
    "confbridge.conf": "app_confbridge.so",
    "extensions_inside.conf": "pbx_config.so",
    "extensions_parties.conf": "pbx_config.so",
    "http.conf": "http",
    "logger.conf": "logger",
    "manager.conf": "manager",
    "musiconhold.conf": "res_musiconhold.so",
    "pjsip_endpoints.conf": "res_pjsip.so",
    "pjsip_trunks.conf": "res_pjsip.so",
    "queues.conf": "app_queue.so",
    "rtp.conf": "res_rtp_asterisk.so",
}
BEAT_EVERY_S = 5
BEAT_LIMIT_S = 30  # for an answer; an announcement is part of it
HELD_ALONE_S = 60  # on hold without an engine; then somebody else takes the call
_SOCKET_PATH_BYTES_MAX = 107


@dataclass(frozen=True)
class Written:
    """`files` that changed; `reload`: modules to name to AMI's Reload, in order; `restart`: that is not enough."""

    files: tuple[str, ...] = ()
    reload: tuple[str, ...] = ()
    restart: bool = False


class _Template(string.Template):
    delimiter = "@"


def write_configuration(
    settings: Settings, centre: Centre, sip_passwords: Mapping[str, str], installation: Installation
) -> Written:
    """Writes `settings.etc_dir` and prepares the folders Asterisk needs.

    `sip_passwords` holds one entry for each `endpoints_needed`. ConfigurationError names the field that is wrong;
    nothing is written then.
    """
    files = rendered(settings, centre, sip_passwords, installation)
    _prepare_folders(settings, installation)
    changed = tuple(name for name, text in files.items() if _replaced(settings.etc_dir / name, text))
    reload = tuple(dict.fromkeys(_RELOADED_BY[name] for name in changed if name in _RELOADED_BY))
    return Written(changed, reload, restart=any(name not in _RELOADED_BY for name in changed))


def endpoints_needed(centre: Centre, *, demo: bool) -> tuple[str, ...]:
    """The SIP accounts that must have a password."""
    devices = [endpoint(agent.id, device) for agent in centre.agents for device in ("desk", "web")]
    return (*devices, phones.TEST_PHONE) if demo else tuple(devices)


def rendered(
    settings: Settings, centre: Centre, sip_passwords: Mapping[str, str], installation: Installation
) -> dict[str, str]:
    """File name -> text. ConfigurationError."""
    values = _values(settings, centre, installation)
    files = {
        path.name: _Template(path.read_text("utf-8")).substitute(values) for path in sorted(TEMPLATES.glob("*.conf"))
    }
    files["pjsip_transports.conf"] = phones.transports(settings)
    files["pjsip_endpoints.conf"] = phones.endpoints(settings, centre, sip_passwords)
    files["pjsip_trunks.conf"] = phones.trunks(settings)
    return files


def _values(settings: Settings, centre: Centre, installation: Installation) -> dict[str, str]:
    return {
        **_folders(settings, installation),
        **_addresses(settings),
        **_ami(settings),
        "system_name": checked("name", "system_name", settings.system_name),
        "inbound_numbers": hotlines.inbound_numbers(centre),
        "inside_numbers": inside.inside_numbers(centre),
        "room_settings": inside.room_settings(centre),
        "unrecorded_queues": inside.unrecorded_queues(centre),
        "cel_fields": ",".join(CEL_FIELDS),
        "beat_every_s": str(BEAT_EVERY_S),
        "beat_limit_s": str(BEAT_LIMIT_S),
        "held_alone_s": str(HELD_ALONE_S),
        "music_classes": music.sections(settings, installation.data_dir / "moh"),
    }


def _folders(settings: Settings, installation: Installation) -> dict[str, str]:
    folders = {
        "etc_dir": settings.etc_dir,
        "modules_dir": installation.modules_dir,
        "shared_dir": settings.shared_dir,
        "db_dir": settings.db_dir,
        "spool_dir": settings.spool_dir,
        "run_dir": settings.run_dir,
        "log_dir": settings.log_dir,
        "cache_dir": settings.data_dir / "cache",
        "raw_recordings_dir": settings.raw_recordings_dir,
        "raw_messages_dir": settings.raw_messages_dir,
    }
    if len(str(settings.run_dir / "asterisk.ctl").encode()) > _SOCKET_PATH_BYTES_MAX:
        allowed = f"a shorter path: sockets below it may have {_SOCKET_PATH_BYTES_MAX} bytes"
        raise ConfigurationError("data_dir", str(settings.data_dir), allowed)
    return {name: checked_path(name, path.absolute()) for name, path in folders.items()}


def _addresses(settings: Settings) -> dict[str, str]:
    if settings.rtp_last_port < settings.rtp_first_port + 3:
        allowed = f"at least four ports from rtp_first_port ({settings.rtp_first_port}) on"
        raise ConfigurationError("rtp_last_port", settings.rtp_last_port, allowed)
    agi_host = checked("host", "agi_host", settings.agi_host)
    return {
        "http_host": checked("host", "http_host", settings.http_host),
        "http_port": checked_port("http_port", settings.http_port),
        "agi": f"{agi_host}:{checked_port('agi_port', settings.agi_port)}",
        "rtp_first_port": checked_port("rtp_first_port", settings.rtp_first_port),
        "rtp_last_port": checked_port("rtp_last_port", settings.rtp_last_port),
    }


def _ami(settings: Settings) -> dict[str, str]:
    host = checked("host", "ami_host", settings.ami_host)
    if host not in ("127.0.0.1", "localhost"):
        raise ConfigurationError("ami_host", host, "127.0.0.1: whoever reaches AMI can run programs")
    return {
        "ami_host": "127.0.0.1",
        "ami_port": checked_port("ami_port", settings.ami_port),
        "ami_permitted": "127.0.0.1/255.255.255.255",
        "events_secret": checked("secret", "ami_secrets.events", settings.ami_secrets.events),
        "actions_secret": checked("secret", "ami_secrets.actions", settings.ami_secrets.actions),
        "system_secret": checked("secret", "ami_secrets.system", settings.ami_secrets.system),
        "event_filters": "\n".join(f"eventfilter(action(include),name({name})) =" for name in EVENTS),
    }


def _prepare_folders(settings: Settings, installation: Installation) -> None:
    for folder in (*settings.writable_folders(), settings.etc_dir):
        folder.mkdir(parents=True, exist_ok=True)
    _prepare_shared(settings.shared_dir, installation)


def _prepare_shared(shared: Path, installation: Installation) -> None:
    """What came with Asterisk stays where it is; the voice is linked under the name of its language."""
    for folder in ("sounds", "agi-bin", "keys"):
        (shared / folder).mkdir(parents=True, exist_ok=True)
    _link(shared / "sounds/en", installation.english_sounds_dir)
    for name in ("documentation", "moh", "rest-api"):
        _link(shared / name, installation.data_dir / name)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _replaced(path: Path, text: str) -> bool:
    """False when the file says this already. Passwords are inside: nobody but owner and group reads it."""
    data = text.encode()
    if path.exists() and path.read_bytes() == data:
        return False
    fresh = path.with_name(f".{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return True

"""PJSIP sections: the agents' phones, the test phone, the trunks, the transports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callcenter.asterisk.allowed import (
    ConfigurationError,
    checked,
    checked_address,
    checked_network,
    checked_port,
)
from callcenter.asterisk.settings import Settings, Trunk
from callcenter.calls.centre import Agent, Centre, endpoint

TEST_PHONE = "testphone"
DEMO_TRUNK = "demo-trunk"
Options = tuple[tuple[str, str], ...]

_AGENT_OPTIONS: Options = (
    ("context", "agents"),
    ("direct_media", "no"),
    ("allow_transfer", "no"),
    ("rtp_symmetric", "yes"),
    ("force_rport", "yes"),
    ("rewrite_contact", "yes"),
    ("device_state_busy_at", "1"),
)
# Who vanishes sends no BYE, and must not hold the other side for ever: a leg that is silent (not one packet) for
# `silence_limit_s` is ended. A phone that holds the call may send nothing at all and for long; there a session
# timer asks whether it still lives. Desk phones are asked even when they know no timers.
_HOLD_LIMIT_S = 900  # the last resort, for a trunk that knows no session timers
_DESK_TIMERS: Options = (("timers", "always"), ("timers_min_se", "90"), ("timers_sess_expires", "180"))
_TRUNK_TIMERS: Options = (("timers", "yes"), ("timers_min_se", "90"), ("timers_sess_expires", "300"))
_DESK_OPTIONS: Options = (*_AGENT_OPTIONS, ("disallow", "all"), ("allow", "alaw,ulaw,g722"), *_DESK_TIMERS)
# A browser sends packets whenever it talks, also muted and on hold: a tab that crashed is noticed by their end. No
# session timer: its refresh would fail, and end the talk, while our web server is away for a moment.
_BROWSER_OPTIONS: Options = (
    *_AGENT_OPTIONS,
    ("webrtc", "yes"),
    ("disallow", "all"),
    ("allow", "opus,ulaw,alaw"),
    ("rtp_timeout", "15"),
    ("rtp_timeout_hold", "30"),
    ("timers", "no"),
)
_TRUNK_OPTIONS: Options = (
    ("context", "inbound"),
    # By its address alone: a name in From would open the trunk to everybody.
    ("identify_by", "ip"),
    ("disallow", "all"),
    ("allow", "alaw,ulaw,g722"),
    ("direct_media", "no"),
    ("allow_transfer", "no"),
    ("rtp_symmetric", "yes"),
    ("force_rport", "yes"),
    # The dialplan reads who calls from the headers, see [arrival]; until then every caller is this one.
    ("callerid", "<0>"),
    ("trust_id_inbound", "no"),
    ("set_var", "CC_TRUNK=1"),
    ("tos_audio", "ef"),
    *_TRUNK_TIMERS,
)
_ONE_PHONE: Options = (("max_contacts", "1"), ("remove_existing", "yes"))


def section(name: str, kind: str, options: Options) -> str:
    lines = "".join(f"{key} = {value}\n" for key, value in options)
    return f"[{name}]\ntype = {kind}\n{lines}"


def transports(settings: Settings) -> str:
    bind = f"{checked('host', 'sip_host', settings.sip_host)}:{checked_port('sip_port', settings.sip_port)}"
    near = _behind_nat(settings)
    websocket: Options = (
        ("protocol", "ws"),
        ("bind", f"{settings.http_host}:{checked_port('http_port', settings.http_port)}"),
        ("websocket_write_timeout", "5000"),  # the default of 100 ms cuts a browser that was busy for a moment
    )
    parts = [
        section("udp", "transport", (("protocol", "udp"), ("bind", bind), *near)),
        section("tcp", "transport", (("protocol", "tcp"), ("bind", bind), *near)),
        section("websocket", "transport", websocket),
    ]
    return "\n".join(parts)


def endpoints(settings: Settings, centre: Centre, passwords: Mapping[str, str]) -> str:
    """The accounts of every agent's two devices; ConfigurationError when one has no password."""
    desk = (*_DESK_OPTIONS, *_silence(settings))
    parts = [part for agent in centre.agents for part in _agent(agent, desk, passwords)]
    if settings.demo:
        options = (*_replaced(_BROWSER_OPTIONS, "context", "inbound"), ("callerid", "Test phone <13800138000>"))
        parts += _account(TEST_PHONE, options, _ONE_PHONE, passwords)
    return "\n".join(parts) or "; no agents yet\n"


def trunks(settings: Settings) -> str:
    named: set[str] = {DEMO_TRUNK} if settings.demo else set()
    line = (*_TRUNK_OPTIONS, *_silence(settings))
    parts = list(_demo_trunk(line, settings.demo_trunk_contact)) if settings.demo else []
    for i, trunk in enumerate(settings.trunks):
        if trunk.name in named:
            raise ConfigurationError(f"trunks[{i}].name", trunk.name, "a name used only once")
        named.add(trunk.name)
        parts += _trunk(f"trunks[{i}]", trunk, line)
    return "\n".join(parts) or "; no trunks yet\n"


def _silence(settings: Settings) -> Options:
    if not 1 <= settings.silence_limit_s <= 3600:
        raise ConfigurationError("silence_limit_s", settings.silence_limit_s, "1 to 3600 seconds")
    return (("rtp_timeout", str(settings.silence_limit_s)), ("rtp_timeout_hold", str(_HOLD_LIMIT_S)))


def _agent(agent: Agent, desk: Options, passwords: Mapping[str, str]) -> Iterator[str]:
    number: Options = (("callerid", f"<{checked('number', 'agents.id', agent.id)}>"),)
    watched = (*_ONE_PHONE, ("qualify_frequency", "30"), ("qualify_timeout", "3"))
    yield from _account(endpoint(agent.id, "desk"), (*desk, *number), watched, passwords)
    yield from _account(endpoint(agent.id, "web"), (*_BROWSER_OPTIONS, *number), _ONE_PHONE, passwords)


def _account(name: str, options: Options, aor: Options, passwords: Mapping[str, str]) -> list[str]:
    checked("endpoint", "endpoint", name)
    if name not in passwords:
        raise ConfigurationError("SIP passwords", name, "one password for every endpoint")
    password = checked("secret", f"SIP password of {name}", passwords[name])
    login: Options = (("auth_type", "userpass"), ("username", name), ("password", password))
    return [
        section(name, "endpoint", (("aors", name), ("auth", name), *options)),
        section(name, "auth", login),
        section(name, "aor", aor),
    ]


def _replaced(options: Options, key: str, value: str) -> Options:
    return tuple((each, value if each == key else kept) for each, kept in options)


def _demo_trunk(options: Options, contact: str) -> Iterator[str]:
    if contact:
        host, _, port = contact.rpartition(":")
        where = "demo_trunk_contact"
        uri = f"sip:{checked('host', where, host)}:{checked_port(where, int(port) if port.isdecimal() else 0)}"
        options = (*options, ("aors", DEMO_TRUNK))
        yield section(DEMO_TRUNK, "aor", (("contact", uri),))
    yield section(DEMO_TRUNK, "endpoint", options)
    yield section(DEMO_TRUNK, "identify", (("endpoint", DEMO_TRUNK), ("match", "127.0.0.1")))


def _trunk(where: str, trunk: Trunk, line: Options) -> Iterator[str]:
    name = checked("name", f"{where}.name", trunk.name)
    host = checked("host", f"{where}.host", trunk.host)
    if trunk.transport not in ("udp", "tcp"):
        raise ConfigurationError(f"{where}.transport", trunk.transport, "udp or tcp")
    uri = f"sip:{host}:{checked_port(f'{where}.port', trunk.port)};transport={trunk.transport}"
    # A semicolon begins a comment in Asterisk's files.
    uri = uri.replace(";", r"\;")
    options: Options = (*line, ("aors", name), ("transport", trunk.transport))
    if trunk.caller_number:  # shown by each call that has no other number to show; from_user would hide those
        checked("number", f"{where}.caller_number", trunk.caller_number)
    if trunk.username:
        options += (("outbound_auth", name),)
        yield section(name, "auth", _credentials(where, trunk))
    elif trunk.register:
        raise ConfigurationError(f"{where}.username", trunk.username, "a username, since the trunk registers")
    if trunk.inbound_username:
        options += (("auth", f"{name}-in"),)
        yield section(f"{name}-in", "auth", _credentials_in(where, trunk))
    yield section(name, "endpoint", options)
    yield section(name, "aor", (("contact", uri), ("qualify_frequency", "60")))
    matches = trunk.match or (host,)
    yield section(name, "identify", (("endpoint", name), *(("match", _matched(where, each)) for each in matches)))
    if trunk.register:
        yield section(f"{name}-registration", "registration", _registration(trunk, name, host, uri))


def _matched(where: str, address: str) -> str:
    """Networks are checked as such; a provider's host name is looked up by Asterisk when it loads."""
    try:
        return checked_network(f"{where}.match", address)
    except ConfigurationError:
        if "/" in address:
            raise
        return checked("host", f"{where}.match", address)


def _credentials(where: str, trunk: Trunk) -> Options:
    username = checked("credential", f"{where}.username", trunk.username)
    password = checked("credential", f"{where}.password", trunk.password)
    return (("auth_type", "userpass"), ("username", username), ("password", password))


def _credentials_in(where: str, trunk: Trunk) -> Options:
    username = checked("credential", f"{where}.inbound_username", trunk.inbound_username)
    if not trunk.inbound_password:
        raise ConfigurationError(f"{where}.inbound_password", "", "a password, since calls must prove who they are")
    password = checked("credential", f"{where}.inbound_password", trunk.inbound_password)
    return (("auth_type", "userpass"), ("username", username), ("password", password))


def _registration(trunk: Trunk, name: str, host: str, uri: str) -> Options:
    return (
        ("transport", trunk.transport),
        ("outbound_auth", name),
        ("server_uri", uri),
        ("client_uri", f"sip:{trunk.username}@{host}:{trunk.port}"),
        ("retry_interval", "30"),
        ("forbidden_retry_interval", "300"),
        ("max_retries", "1000000"),
        ("line", "yes"),
        ("endpoint", name),
    )


def _behind_nat(settings: Settings) -> Options:
    if not settings.external_address:
        return ()
    address = checked_address("external_address", settings.external_address)
    near = tuple(("local_net", checked_network("local_networks", each)) for each in settings.local_networks)
    return (("external_media_address", address), ("external_signaling_address", address), *near)

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
_DESK_OPTIONS: Options = (*_AGENT_OPTIONS, ("disallow", "all"), ("allow", "alaw,ulaw,g722"), ("rtp_timeout", "60"))
# A page that is closed sends no BYE: 15 s without a packet end its leg.
_BROWSER_OPTIONS: Options = (
    *_AGENT_OPTIONS,
    ("webrtc", "yes"),
    ("disallow", "all"),
    ("allow", "opus,ulaw,alaw"),
    ("rtp_timeout", "15"),
    ("rtp_timeout_hold", "300"),
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
    ("trust_id_inbound", "yes"),
    ("tos_audio", "ef"),
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
    parts = [part for agent in centre.agents for part in _agent(agent, passwords)]
    if settings.demo:
        options = (*_replaced(_BROWSER_OPTIONS, "context", "inbound"), ("callerid", "Test phone <13800138000>"))
        parts += _account(TEST_PHONE, options, _ONE_PHONE, passwords)
    return "\n".join(parts) or "; no agents yet\n"


def trunks(settings: Settings) -> str:
    named: set[str] = {DEMO_TRUNK} if settings.demo else set()
    parts = list(_demo_trunk()) if settings.demo else []
    for i, trunk in enumerate(settings.trunks):
        if trunk.name in named:
            raise ConfigurationError(f"trunks[{i}].name", trunk.name, "a name used only once")
        named.add(trunk.name)
        parts += _trunk(f"trunks[{i}]", trunk)
    return "\n".join(parts) or "; no trunks yet\n"


def _agent(agent: Agent, passwords: Mapping[str, str]) -> Iterator[str]:
    number: Options = (("callerid", f"<{checked('number', 'agents.id', agent.id)}>"),)
    watched = (*_ONE_PHONE, ("qualify_frequency", "30"), ("qualify_timeout", "3"))
    yield from _account(endpoint(agent.id, "desk"), (*_DESK_OPTIONS, *number), watched, passwords)
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


def _demo_trunk() -> Iterator[str]:
    yield section(DEMO_TRUNK, "endpoint", _TRUNK_OPTIONS)
    yield section(DEMO_TRUNK, "identify", (("endpoint", DEMO_TRUNK), ("match", "127.0.0.1")))


def _trunk(where: str, trunk: Trunk) -> Iterator[str]:
    name = checked("name", f"{where}.name", trunk.name)
    host = checked("host", f"{where}.host", trunk.host)
    if trunk.transport not in ("udp", "tcp"):
        raise ConfigurationError(f"{where}.transport", trunk.transport, "udp or tcp")
    uri = f"sip:{host}:{checked_port(f'{where}.port', trunk.port)};transport={trunk.transport}"
    # A semicolon begins a comment in Asterisk's files.
    uri = uri.replace(";", r"\;")
    options: Options = (*_TRUNK_OPTIONS, ("aors", name), ("transport", trunk.transport))
    if trunk.caller_number:
        options += (("from_user", checked("number", f"{where}.caller_number", trunk.caller_number)),)
    if trunk.username:
        options += (("outbound_auth", name),)
        yield section(name, "auth", _credentials(where, trunk))
    elif trunk.register:
        raise ConfigurationError(f"{where}.username", trunk.username, "a username, since the trunk registers")
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

"""One request: who makes it, with what."""

import ipaddress
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from aiohttp import hdrs, web

from callcenter.calls.requests import AnyRequest
from callcenter.calls.rights import Permission, Scope
from callcenter.calls.views import Floor
from callcenter.web.access import Access, Account
from callcenter.web.complaints import bad_value, unknown_key
from callcenter.web.errors import ApiError
from callcenter.web.refusals import refusal
from callcenter.web.services import SERVICES, Services
from callcenter.web.shapes import Done

COOKIE = "callcenter_session"
PROOF_HEADER = "X-Requested-With"  # a foreign page cannot set it without our consent
PROOF = "callcenter"
READ_ONLY = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Visit:
    http: web.Request
    services: Services
    token: str = ""
    rights: Access | None = None  # of whoever is signed in

    @property
    def account(self) -> Account:
        """Raises ApiError `not_authenticated`."""
        return self.access.account

    @property
    def access(self) -> Access:
        """What whoever is signed in may do. Raises ApiError `not_authenticated`."""
        if self.rights is None:
            raise ApiError("not_authenticated")
        return self.rights

    @property
    def agent(self) -> str:
        """The agent id of an account that takes calls."""
        return self.account.agent

    @property
    def username(self) -> str:
        return self.account.username

    @property
    def live_floor(self) -> Floor:
        """Raises ApiError `engine_lost`: what was known last is no ground to act on."""
        link = self.services.link
        if link.floor is None or link.state == "lost":
            raise ApiError("engine_lost", "the engine does not answer; try again in a moment")
        return link.floor

    def in_hand(self, agent: str) -> str:
        """The call in this agent's hands; empty: none."""
        view = self.live_floor.agents.get(agent)
        return view.interaction if view else ""

    def listened_to(self) -> str:
        """The agent whom the reader's own phone listens to; empty: nobody."""
        view = self.live_floor.agents.get(self.agent)
        return view.listens_to if view else ""

    async def submit(self, request: AnyRequest) -> Done:
        """Raises ApiError: the engine's refusal, or `engine_lost`."""
        return Done(result=await self.services.link.submit(request, by=self.username))

    async def audited(self, request: AnyRequest, action: str, target: str, **details: object) -> Done:
        """As `submit`; what was carried out is in the audit."""
        done = await self.submit(request)
        await self.services.archive.note(self.username, action, target, self.address, **details)
        return done

    @property
    def address(self) -> str:
        return address_of(self.http, self.services.settings.trusted_proxies)

    def path(self, name: str) -> str:
        return self.http.match_info[name]

    def may(self, permission: Permission) -> bool:
        return self.access.may(permission)

    def scope_of(self, permission: Permission) -> Scope | None:
        return self.access.scope_of(permission)

    def require(self, permission: Permission) -> None:
        """Raises ApiError `not_authenticated` or `forbidden`."""
        if not self.access.may(permission):
            raise ApiError("forbidden", f"the role {self.account.role} lacks the permission {permission}")


async def visit_of(http: web.Request) -> Visit:
    """Looks the session up; a missing or ended one makes a visit of nobody."""
    services = http.app[SERVICES]
    token = http.cookies.get(COOKIE, "")
    account = await services.archive.session(token) if token else None
    return Visit(http, services, token, await services.in_force.access(account) if account else None)


def address_of(http: web.Request, trusted_proxies: tuple[str, ...]) -> str:
    """The client's address; X-Forwarded-For counts only when a trusted proxy says it, its last entry."""
    peer = http.remote or ""
    forwarded = http.headers.get(hdrs.X_FORWARDED_FOR, "").rpartition(",")[2].strip()
    return forwarded[:64] if forwarded and _is_trusted(peer, trusted_proxies) else peer


def _is_trusted(peer: str, trusted_proxies: tuple[str, ...]) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(one, strict=False) for one in trusted_proxies)


def check_origin(http: web.Request) -> None:
    """Refuses requests that another site's page makes in the user's name. Raises ApiError `foreign_origin`.

    Programs send no Origin; they carry no cookie by accident either.
    """
    origin = http.headers.get(hdrs.ORIGIN)
    if origin is None:
        return
    here = {http.app[SERVICES].settings.address, f"http://{http.host}", f"https://{http.host}"}
    if origin not in here:
        raise ApiError("foreign_origin", f"the page's origin {origin} is not this server's")


def check_proof(http: web.Request) -> None:
    """Raises ApiError `foreign_origin` when a change is asked for without the header that proves our own page."""
    if http.method not in READ_ONLY and http.headers.get(PROOF_HEADER) != PROOF:
        raise ApiError("foreign_origin", f"send the header {PROOF_HEADER}: {PROOF} with every {http.method}")


async def body_of(http: web.Request, shape: type[Shape]) -> Shape:
    """The JSON body. Raises ApiError: `bad_media_type`, `not_json`, `bad_value`, `too_large`."""
    raw = await http.read()
    if raw and http.content_type != "application/json":
        raise ApiError("bad_media_type", f"send application/json, not {http.content_type}")
    if b"\\u0000" in raw:
        raise ApiError("bad_value", refusal("nul"))
    try:
        return msgspec.json.decode(raw or b"{}", type=shape)
    except msgspec.ValidationError as error:
        raise bad_value(error, shape) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError("not_json", f"the body is not JSON: {error}") from error


def check_query(http: web.Request, shape: type | None) -> None:
    """A filter with a slip in its name must not give everything. None: no query is taken. Raises ApiError."""
    allowed = {field.encode_name for field in msgspec.structs.fields(shape)} if shape else set()
    for key in http.query:
        if key not in allowed:
            raise unknown_key(key, shape)


def query_of(http: web.Request, shape: type[Shape]) -> Shape:
    """The query string; empty values count as absent. Raises ApiError `bad_value`."""
    given: dict[str, str] = {}
    for key, value in http.query.items():
        if key in given:
            raise ApiError("bad_value", refusal("given_twice"), field=key)
        if value:
            given[key] = value.replace("\0", "")
    try:
        asked = msgspec.convert(given, shape, strict=False)
    except msgspec.ValidationError as error:
        raise bad_value(error, shape) from error
    _check_period(asked)
    return asked


def _check_period(asked: object) -> None:
    """A list of nothing would hide that somebody has mixed up the ends. Days of reports are checked where they are
    understood."""
    begins, ends = getattr(asked, "from_", None), getattr(asked, "to", None)
    if isinstance(begins, float) and isinstance(ends, float) and begins > ends:
        raise ApiError("bad_value", refusal("reversed_period"), field="to")

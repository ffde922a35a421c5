"""Who is here, and the browser telephones they have."""

from callcenter.calls.languages import Language, Text
from callcenter.calls.rights import Permission, Scope
from callcenter.web.relays import IceServer
from callcenter.web.shapes import Shape


class Me(Shape, frozen=True, kw_only=True):
    username: str
    name: str
    role: str  # the id of a role
    agent: str | None  # the agent id (work number) when the account takes calls
    groups: tuple[str, ...]  # of the agents the account is in charge of; empty: those of its agent
    language: Language
    grants: dict[Permission, Scope]  # what the account may do, and over whom
    permissions: tuple[Permission, ...]  # the same without scopes
    demo: bool


class PhoneAccount(Shape, frozen=True, kw_only=True):
    """What a browser telephone registers with. `websocket` is a path on this origin."""

    uri: str
    username: str
    password: str
    websocket: str
    ice_servers: tuple[IceServer, ...] = ()


class TestNumber(Shape, frozen=True, kw_only=True):
    number: str
    name: Text


class TestPhone(PhoneAccount, frozen=True, kw_only=True):
    numbers: tuple[TestNumber, ...]

"""What the edge's handlers work with. Made once, in `edge`."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from callcenter.web.archive import Archive
from callcenter.web.engine_link import EngineLink
from callcenter.web.in_force import InForce
from callcenter.web.listening import Listening
from callcenter.web.pages import Pages
from callcenter.web.phones import Phones
from callcenter.web.pops import Pops
from callcenter.web.settings import Settings


@dataclass(frozen=True)
class Services:
    settings: Settings
    archive: Archive
    in_force: InForce
    link: EngineLink
    pops: Pops
    pages: Pages
    phones: Phones
    listening: Listening
    phone_password: Callable[[str], str]  # SIP account -> its password; KeyError when there is none
    music: Callable[[], frozenset[str]]  # the classes of music for waiting callers


SERVICES = web.AppKey("services", Services)

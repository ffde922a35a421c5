"""What the edge's handlers work with."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import msgspec
from aiohttp import web

from callcenter.web.settings import Settings

if TYPE_CHECKING:
    from callcenter.web.archive import Archive
    from callcenter.web.attempts import Attempts
    from callcenter.web.engine_link import EngineLink
    from callcenter.web.pages import Pages
    from callcenter.web.pops import Pops
    from callcenter.web.sip_proxy import Phones

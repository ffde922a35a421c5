"""How a handler declares itself, and how it is called.

    calls = Endpoints("calls")

    @calls.get("/calls", needs="see_calls", words=("engine_lost",))
    async def list_calls(visit: Visit, query: CallQuery) -> CallList: ...

The annotations are the declaration: the second argument is the query of a GET and the body of
everything else, the return type is what is answered (`answer=` names it where a handler makes the
whole response itself). The OpenAPI document is made from the same.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

import msgspec
from aiohttp import web

from callcenter.calls.rights import Permission
from callcenter.web.visit import READ_ONLY, Visit, body_of, check_origin, check_proof, check_query, query_of, visit_of

PREFIX = "/api/v1"

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Any]])
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Endpoint:
    """`asked` is None when the handler takes neither query nor body; `query` is what something else than a GET takes
    in its address; `produces` is the answer's media type."""

    noun: str
    method: str
    path: str
    handler: Callable[..., Awaitable[Any]]
    asked: type | None
    answer: type
    needs: Permission | None
    public: bool
    words: tuple[str, ...]
    produces: str
    query: type | None = None

    @property
    def in_address(self) -> type | None:
        """What is taken behind the `?`."""
        return self.asked if self.method in READ_ONLY else self.query

    async def __call__(self, http: web.Request) -> web.StreamResponse:
        check_origin(http)
        check_proof(http)
        visit = await visit_of(http)
        self._admit(visit)
        check_query(http, self.in_address)
        answer = await (self.handler(visit) if self.asked is None else self.handler(visit, await self._asked(http)))
        return answer if isinstance(answer, web.StreamResponse) else json_response(answer)

    def _admit(self, visit: Visit) -> None:
        if self.public:
            return
        if self.needs is None:
            _ = visit.account
        else:
            visit.require(self.needs)

    async def _asked(self, http: web.Request) -> Any:
        assert self.asked is not None
        return query_of(http, self.asked) if self.method in READ_ONLY else await body_of(http, self.asked)


class Endpoints:
    """The endpoints of one noun."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.all: list[Endpoint] = []

    def get(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._declare("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._declare("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._declare("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._declare("DELETE", path, **options)

    def _declare(
        self,
        method: str,
        path: str,
        *,
        needs: Permission | None = None,
        public: bool = False,
        words: tuple[str, ...] = (),
        produces: str = "application/json",
        answer: type | None = None,
        query: type | None = None,
    ) -> Callable[[Handler], Handler]:
        """`needs` None and not `public`: whoever is signed in. `words`: errors of its own, for the document."""

        def declared(handler: Handler) -> Handler:
            asked, returned = _signature(handler)
            self.all.append(
                Endpoint(
                    self.noun, method, path, handler, asked, answer or returned, needs, public, words, produces, query
                )
            )
            return handler

        return declared


def json_response(answer: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=_encode(answer), content_type="application/json")


def _signature(handler: Callable[..., Any]) -> tuple[type | None, type]:
    hints = get_type_hints(handler)
    names = list(inspect.signature(handler).parameters)
    return (hints[names[1]] if len(names) > 1 else None), hints["return"]

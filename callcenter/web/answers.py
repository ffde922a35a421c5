"""What every answer has in common: errors as JSON, and the security headers."""

import logging
import uuid
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from callcenter.web.endpoints import json_response
from callcenter.web.errors import ApiError
from callcenter.web.services import SERVICES
from callcenter.web.shapes import Failed, Problem, centre_problem

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# 'unsafe-inline' for styles only: the component library positions its pop-ups by style attributes.
_CONTENT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob: mediastream:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src https: http:",  # pages of the company's own, by the centre's document
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def add_headers(http: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: runs for every answer, files and websockets included."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    response.headers[hdrs.SERVER] = "callcenter"
    if http.app[SERVICES].settings.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as error:
        return failed(error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return failed(_of_http(request, error))
    except Exception:
        mark = uuid.uuid4().hex[:8]
        log.exception("mistake %s in %s %s", mark, request.method, request.path)
        return failed(ApiError("internal", f"a mistake of the server; its log has it under {mark}"))


def failed(error: ApiError) -> web.Response:
    problem = Problem(
        word=error.word,
        message=error.message,
        text=error.text,
        field=error.field,
        problems=tuple(map(centre_problem, error.problems)),
    )
    response = json_response(Failed(error=problem), error.status)
    response.headers.update(error.headers)
    return response


def _of_http(http: web.Request, error: web.HTTPException) -> ApiError:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return ApiError("method_not_allowed", f"{http.method} is not allowed here; allowed: {allowed}")
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        limit = http.app[SERVICES].settings.largest_body_bytes
        return ApiError("too_large", f"the body is larger than {limit} bytes")
    if isinstance(error, web.HTTPNotFound):
        return ApiError("no_such_path", f"there is nothing under {http.path}")
    return ApiError("bad_value", error.reason)

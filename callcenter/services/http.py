"""Requests of flows to HTTP services. Whatever a service does costs its own callers seconds, and nobody else."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from callcenter.calls.outside import Outcome
from callcenter.calls.work import HttpRequest, Trouble
from callcenter.services.addresses import CheckedResolver, Forbidden, Policy, literal
from callcenter.services.answers import Missing, Unreadable, values_in
from callcenter.services.breaker import Breaker
from callcenter.services.settings import Settings, place

log = logging.getLogger(__name__)

WAITING_FOR_EACH = 5  # requests that may wait for one that is under way
FIRST_PAUSE_S = 0.2
READ_BYTES = 65_536
_AGAIN: frozenset[Trouble] = frozenset({"unreachable", "timeout", "status"})
_SERVICE_IS_ILL: frozenset[Trouble] = frozenset({"unreachable", "timeout"})

SecretOf = Callable[[str], str]
"""The secret of a name; empty when there is none."""


class _Failed(Exception):
    def __init__(self, trouble: Trouble, status: int = 0) -> None:
        super().__init__(trouble)
        self.trouble, self.status = trouble, status


class _Service:
    """One scheme, host and port."""

    def __init__(self, settings: Settings) -> None:
        self.breaker = Breaker(settings.rest_after, settings.rest_s)
        self.at_once = asyncio.Semaphore(settings.most_at_once)
        self.asked = 0  # under way or waiting


class HttpClient:
    """`secret_of` reads the secrets file. Use as a context: `async with HttpClient(...) as client`."""

    def __init__(self, settings: Settings, secret_of: SecretOf) -> None:
        self._settings = settings
        self._secret_of = secret_of
        self._hosts_of = {secret.name: frozenset(secret.hosts) for secret in settings.secrets}
        self._bases = {service.name: service.url.rstrip("/") for service in settings.known}
        self._policy = Policy([place(each) for each in settings.inside])
        self._services: dict[str, _Service] = {}
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> HttpClient:
        trust = ssl.create_default_context()
        if self._settings.ca_file:
            trust.load_verify_locations(self._settings.ca_file)
        self._sessions = {tls: _session(self._policy, tls, trust) for tls in (True, False)}
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def ask(self, request: HttpRequest) -> Outcome:
        """Never raises on anything that a service does; returns within `longest_s`."""
        try:
            url = _url(self._address(request))
            service = self._service(url)
            async with asyncio.timeout(self._settings.longest_s):
                outcome = await self._in_turn(service, url, request)
        except TimeoutError:
            outcome = Outcome(trouble="timeout")
        except _Failed as failed:
            outcome = Outcome(trouble=failed.trouble, status=failed.status)
        if outcome.trouble:
            what = f"{outcome.trouble} {outcome.status or ''}".strip()
            whom = request.service or _origin(request.url)
            log.warning("a flow's request to %s failed: %s", whom, what)
        return outcome

    def _address(self, request: HttpRequest) -> str:
        if not request.service:
            return request.url
        if request.service not in self._bases:
            raise _Failed("not_configured")
        return self._bases[request.service] + request.url

    def _service(self, url: URL) -> _Service:
        return self._services.setdefault(str(url.origin()), _Service(self._settings))

    async def _in_turn(self, service: _Service, url: URL, request: HttpRequest) -> Outcome:
        if service.asked >= self._settings.most_at_once * (1 + WAITING_FOR_EACH):
            raise _Failed("busy")
        service.asked += 1
        try:
            async with service.at_once:
                return await self._tries(service, url, request)
        finally:
            service.asked -= 1

    async def _tries(self, service: _Service, url: URL, request: HttpRequest) -> Outcome:
        for tried in range(request.retries + 1):
            if tried:
                await asyncio.sleep(FIRST_PAUSE_S * 2 ** (tried - 1) * random.uniform(0.7, 1.3))
            if not service.breaker.lets(_now()):
                raise _Failed("resting")
            try:
                outcome = await self._timed(service, url, request)
            except _Failed as failed:
                if tried == request.retries or not _may_pass(failed):
                    raise
            else:
                return outcome
        raise AssertionError("a request is tried at least once")

    async def _timed(self, service: _Service, url: URL, request: HttpRequest) -> Outcome:
        """One try, and what the service's breaker learns from it: nothing when the caller broke it off."""
        try:
            async with asyncio.timeout(request.timeout_s):
                outcome = await self._once(url, request, self._settings.redirects)
        except TimeoutError as error:
            service.breaker.failed(_now())
            raise _Failed("timeout") from error
        except _Failed as failed:
            if failed.trouble in _SERVICE_IS_ILL or failed.status >= 500:
                service.breaker.failed(_now())
            else:
                service.breaker.succeeded()
            raise
        service.breaker.succeeded()
        return outcome

    async def _once(self, url: URL, request: HttpRequest, redirects: int) -> Outcome:
        self._check(url)
        session = self._sessions[url.scheme == "https"]
        sent: dict[str, Any] = {"data": msgspec.json.encode(request.body)} if request.has_body else {}
        headers = self._headers(url, request)
        try:
            async with session.request(
                request.method, url, headers=headers, allow_redirects=False, **sent
            ) as response:
                if response.status in (301, 302, 303, 307, 308):
                    return await self._redirected(url, request, redirects, response.headers.get("Location", ""))
                if not 200 <= response.status < 300:
                    raise _Failed("status", response.status)
                values = _values(await self._body(response), request.values)
                return Outcome(values=values, status=response.status)
        except aiohttp.ClientConnectorError as error:
            forbidden = isinstance(error.os_error, Forbidden)
            raise _Failed("forbidden" if forbidden else "unreachable") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: headers that are none
            raise _Failed("unreachable") from error

    async def _redirected(self, url: URL, request: HttpRequest, redirects: int, location: str) -> Outcome:
        """Only what reads is sent on, and no secret of one host to another."""
        if not redirects or request.method != "GET":
            raise _Failed("redirected")
        try:
            to = url.join(URL(location))
        except ValueError as error:
            raise _Failed("redirected") from error
        if to.origin() != url.origin():
            request = msgspec.structs.replace(request, secrets={}, headers={})
        return await self._once(_url(str(to)), request, redirects - 1)

    def _check(self, url: URL) -> None:
        """Addresses that are written as such are not looked up, so they are checked here."""
        address = literal(url.host or "")
        tls = url.scheme == "https"
        if address is not None and not self._policy.lets(address, url.port or 0, tls):
            raise _Failed("forbidden")

    def _headers(self, url: URL, request: HttpRequest) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"} | dict(request.headers)
        if request.has_body:
            headers["Content-Type"] = "application/json"
        if request.key:
            headers["Idempotency-Key"] = request.key
        for header, name in request.secrets.items():
            headers[header] = self._secret(name, url)
        if any(char in value for value in headers.values() for char in "\r\n\x00"):
            raise _Failed("forbidden")
        return headers

    def _secret(self, name: str, url: URL) -> str:
        if url.host not in self._hosts_of.get(name, ()):
            raise _Failed("forbidden")
        secret = self._secret_of(name)
        if not secret:
            raise _Failed("not_configured")
        return secret

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        most = self._settings.largest_answer_bytes
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise _Failed("unreadable")
        if (response.content_length or 0) > most:
            response.close()
            raise _Failed("too_large")
        body = bytearray()
        async for chunk in response.content.iter_chunked(READ_BYTES):
            body += chunk
            if len(body) > most:
                response.close()
                raise _Failed("too_large")
        return bytes(body)


def _session(policy: Policy, tls: bool, trust: ssl.SSLContext) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=CheckedResolver(policy, tls), use_dns_cache=False, ssl=trust, limit=0, keepalive_timeout=20
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        headers={"User-Agent": "callcenter"},
        timeout=aiohttp.ClientTimeout(total=None),  # there is one around each try, and one around all
    )


def _url(written: str) -> URL:
    """`forbidden` for what is no address of a service."""
    try:
        url = URL(written, encoded=True)
    except ValueError as error:
        raise _Failed("forbidden") from error
    if url.scheme not in ("http", "https") or not url.host or url.user is not None:
        raise _Failed("forbidden")
    return url


def _origin(written: str) -> str:
    """For the log: what is behind the host may be somebody's number."""
    try:
        return str(URL(written, encoded=True).origin())
    except ValueError:
        return "no address"


def _values(body: bytes, paths: Mapping[str, str]) -> dict[str, Any]:
    try:
        return values_in(body, paths)
    except Unreadable as error:
        raise _Failed("unreadable") from error
    except Missing as error:
        raise _Failed("missing") from error


def _may_pass(failed: _Failed) -> bool:
    """Whether another try may do better."""
    return failed.trouble in _AGAIN and (failed.status >= 500 or failed.status in (0, 429))


def _now() -> float:
    return asyncio.get_running_loop().time()

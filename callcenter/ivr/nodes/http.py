"""http"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from callcenter.calls.outside import Outcome
from callcenter.calls.work import HTTP_METHODS, HttpMethod, HttpRequest
from callcenter.ivr.fields import SLUG, Fields
from callcenter.ivr.flow import Go, Here, Speech, Turn, Wait
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.requested import Unfit, read_body, read_url, written_body, written_url
from callcenter.ivr.step import Outside
from callcenter.ivr.template import Template, written
from callcenter.ivr.values import ValueProblem
from callcenter.ivr.wanted import Wanted, places, read_wanted, take

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "cookie"})
_STATUS = re.compile(r"[3-5][0-9]{2}")
PAUSES_S = 3.0  # between the tries, and to spare


class Http(NodeKind, frozen=True, kw_only=True):
    """Asks an HTTP service, and takes values out of the JSON it answers with. The caller hears music meanwhile.

    ```yaml
    balance:
      kind: http
      url: https://crm.example.com/customers/{customer.id}/balance
      secrets: {Authorization: crm}
      say: {zh-CN: 正在为您查询，请稍候。, en: One moment please.}
      values:
        balance: {path: account.balance, kind: number}
        holder: account.holder.name
        orders: {path: "orders.#", kind: number, default: 0}
      status: {404: unknown}
      next: tell_balance
      failed: sorry
    ```

    | field | | meaning |
    |---|---|---|
    | `url` | required | values in braces behind the host, each quoted; `http://` where config.yaml lists it |
    | `service` | by `url` alone | the name of a service of config.yaml; then `url` is the path behind its address |
    | `method` | `GET`, with `json` `POST` | `GET`, `POST`, `PUT`, `PATCH`, `DELETE` |
    | `json` | no body | what is sent; texts with values in braces; `"{amount}"` alone stays a number |
    | `headers` | none | header -> text with values in braces |
    | `secrets` | none | header -> name of a secret of the secrets file; config.yaml says which hosts may get it |
    | `values` | none | value -> its path in the answer, or `{path, kind, secret, default}` |
    | `values.….path` | required | keys and places with dots between: `orders.0.total`; `orders.#`: how many |
    | `values.….kind` | `text` | `text`, `number`, `date`, `bool`; an answer of another kind has failed |
    | `values.….secret` | `false` | `true`: is said, written down and shown nowhere |
    | `values.….default` | it must be there | the value when the answer has none |
    | `timeout_s` | `5` | seconds for each try, 0.5 to 30 |
    | `retries` | `1` for `GET`, else `0` | tries more when it cannot be reached, is too slow or ill, 0 to 3 |
    | `say` or `play` | nothing is said | heard while the service is asked |
    | `next` | required | the node that follows |
    | `status` | none | HTTP status -> node, e.g. `{404: unknown}` |
    | `failed` | required | the node that follows anything else: no answer, no JSON, a value missing |

    A request that is repeated carries the same `Idempotency-Key`, after a restart of the engine too. What the caller
    pressed cannot leave the place it stands in. Which addresses may be asked: `services` in config.yaml.
    """

    kind: ClassVar[str] = "http"

    url: Template
    service: str
    method: HttpMethod
    body: Any
    headers: Mapping[str, Template]
    secrets: Mapping[str, str]
    wanted: Mapping[str, Wanted]
    timeout_s: float
    retries: int
    speech: Speech | None
    next: str
    status: Mapping[int, str]
    failed: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        body = read_body(fields, "json")
        usual: HttpMethod = "GET" if body is None else "POST"
        method = fields.choice("method", {each: each for each in HTTP_METHODS}, usual)
        if body is not None and method == "GET":
            fields.complain("method", mistake("get_without_json"))
        return cls(
            url=read_url(fields),
            service=fields.slug("service") if fields.has("service") else "",
            method=method,
            body=body,
            headers=_headers(fields),
            secrets=_secrets(fields),
            wanted=read_wanted(fields, "path"),
            timeout_s=fields.number("timeout_s", 5, 0.5, 30),
            retries=fields.count("retries", 1 if method == "GET" else 0, 0, 3),
            speech=fields.optional_speech(),
            next=fields.target("next"),
            status=_statuses(fields),
            failed=fields.target("failed"),
        )

    def enter(self, here: Here) -> Turn:
        scope = here.scope()
        try:
            url = written_url(self.url, scope)
        except Unfit:
            return Go(self.failed)
        work = HttpRequest(
            method=self.method,
            url=url,
            service=self.service,
            headers={name: written(value, scope) for name, value in self.headers.items()},
            secrets=self.secrets,
            body=written_body(self.body, scope),
            has_body=self.body is not None,
            values=places(self.wanted),
            timeout_s=self.timeout_s,
            retries=self.retries,
            key=here.key,
        )
        play = self.speech.said(here) if self.speech else ()
        within_s = self.timeout_s * (1 + self.retries) + PAUSES_S
        return Wait(Outside(work, here.key, within_s=within_s, play=play))

    def answered(self, here: Here, outcome: Outcome) -> Turn:
        if not outcome.ok:
            return Go(self.status.get(outcome.status, self.failed) if outcome.trouble == "status" else self.failed)
        try:
            taken = take(self.wanted, outcome.values)
        except ValueProblem:
            return Go(self.failed)
        return Go(self.next, values=taken.values, secrets=taken.secrets)

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech


def _headers(fields: Fields) -> dict[str, Template]:
    found = fields.mapping("headers")
    return {name: found.template(_header(found, name)) for name, _, _ in found.entries()} if found else {}


def _secrets(fields: Fields) -> dict[str, str]:
    found = fields.mapping("secrets")
    return {name: _secret(found, _header(found, name)) for name, _, _ in found.entries()} if found else {}


def _header(fields: Fields, name: str) -> str:
    if not _HEADER.fullmatch(name) or name.lower() in _OURS:
        fields.complain(name, mistake("no_header", names=", ".join(sorted(_OURS))))
    return name


def _secret(fields: Fields, header: str) -> str:
    """Its name; never the secret itself."""
    name = fields.word(header)
    if name and not SLUG.fullmatch(name):
        fields.complain(header, mistake("name_of_secret"))
    return name


def _statuses(fields: Fields) -> dict[int, str]:
    found, statuses = fields.mapping("status"), dict[int, str]()
    for name, _, _ in found.entries() if found else ():
        assert found
        if not _STATUS.fullmatch(name):
            found.complain(name, mistake("no_trouble_status"))
        to = found.target(name)
        statuses[int(name) if name.isdigit() else 0] = to
    return statuses

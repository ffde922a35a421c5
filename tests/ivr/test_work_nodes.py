"""The kinds of nodes that have work done outside: what they ask for, and where calls go with what comes of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from callcenter.calls.outside import Outcome
from callcenter.calls.work import CustomerLookUp, HttpRequest, ScriptRun, TextMessage
from callcenter.ivr import session as ivr
from callcenter.ivr.flow import Flow
from callcenter.ivr.known import Known
from callcenter.ivr.parse import FlowError, parse
from callcenter.ivr.values import Kept

HEAD = "flow: test\nname: {zh-CN: 测试, en: Test}\nstart: first\nnodes:\n"
TAIL = """
  good: {kind: hang_up, say: {zh-CN: 好, en: good}}
  bad: {kind: hang_up, say: {zh-CN: 坏, en: bad}}
  none: {kind: hang_up, say: {zh-CN: 无, en: none}}
"""
CONTEXT = ivr.Context(local_now=datetime(2026, 11, 28, 9, 0), language="en", caller="+8613800138000", call="c1")


def flow(node: str, *more: str, known: Known | None = None) -> Flow:
    lines = "\n".join(f"    {line}" for line in node.strip().splitlines())
    used = [each for each in TAIL.splitlines() if each.split(":")[0].strip() in node]
    return parse(HEAD + "  first:\n" + lines + "\n" + "\n".join([*used, *more]) + "\n", "test.yaml", known or Known())


def asked(found: Flow, **context: Any) -> Any:
    step = ivr.start(
        found, 1, ivr.Context(**{name: getattr(CONTEXT, name) for name in CONTEXT.__struct_fields__} | context)
    )
    assert isinstance(step.then, ivr.Outside), step.then
    return step


def after(found: Flow, outcome: Outcome, **context: Any) -> ivr.Step:
    return ivr.answered(found, asked(found, **context).session, outcome, CONTEXT)


def heard(step: ivr.Step) -> str:
    return " ".join(prompt.text for prompt in step.then.play)


def problems(node: str, known: Known | None = None) -> str:
    with pytest.raises(FlowError) as caught:
        flow(node, known=known)
    return "\n".join(str(each) for each in caught.value.problems)


HTTP = """
kind: http
url: https://crm.example.com/customers/{call.caller}/account?day={call.date}
headers: {X-Caller: "{call.caller}"}
secrets: {Authorization: crm}
values:
  balance: {path: account.balance, kind: number}
  due: {path: account.due, kind: date, default: "2030-01-01"}
  token: {path: token, secret: true, default: ""}
  name: customer.name
status: {404: none}
next: good
failed: bad
"""


def test_a_service_is_asked_with_every_value_quoted_where_it_stands():
    step = asked(flow(HTTP), caller="+86 138/../x?y#z")
    work = step.then.work
    assert work == HttpRequest(
        method="GET",
        url="https://crm.example.com/customers/%2B86%20138%2F..%2Fx%3Fy%23z/account?day=2026-11-28",
        headers={"X-Caller": "+86 138/../x?y#z"},
        secrets={"Authorization": "crm"},
        values={"balance": "account.balance", "due": "account.due?", "token": "token?", "name": "customer.name"},
        timeout_s=5,
        retries=1,
        key="c1-0" if work.key == "c1-0" else work.key,
    )
    assert work.key == step.then.key == step.session.asked
    assert "138" not in repr(work), "what is asked is in no log"


@pytest.mark.parametrize("value", ["", " ", ".", ".."])
def test_a_value_that_would_make_another_path_is_not_sent(value: str):
    node = HTTP.replace("{call.caller}/account", "{call.queue}/account")
    step = ivr.start(flow(node), 1, ivr.Context(local_now=CONTEXT.local_now, language="en", queue=value))
    assert heard(step) == "bad"


def test_values_come_as_their_kinds_and_secrets_stay_out_of_the_checkpoint():
    found = {"balance": 12.5, "name": "Li\nLei", "token": "s3cret"}
    step = after(flow(HTTP), Outcome(values=found, status=200))
    assert heard(step) == "good"
    assert step.session.values == {
        "balance": Kept("number", "12.5"),
        "due": Kept("date", "2030-01-01"),
        "name": Kept("text", "Li Lei"),
    }
    assert step.secrets == {"token": "s3cret"}
    assert "s3cret" not in str(ivr.to_checkpoint(step.session))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(trouble="status", status=404), "none"),
        (Outcome(trouble="status", status=500), "bad"),
        (Outcome(trouble="timeout"), "bad"),
        (Outcome(values={"balance": "rich", "name": "x"}), "bad"),
        (Outcome(values={"balance": True, "name": "x"}), "bad"),
        (Outcome(values={"balance": 1, "name": "x", "due": "31.12.2026"}), "bad"),
        (Outcome(values={"balance": 1e30, "name": "x"}), "bad"),
        (Outcome(values={"balance": 1, "name": "x" * 1001}), "bad"),
        (Outcome(values={"balance": 1}), "bad"),
    ],
)
def test_trouble_and_lies_lead_where_the_flow_says(outcome: Outcome, said: str):
    assert heard(after(flow(HTTP), outcome)) == said


POST = """
kind: http
service: shop
url: /requests
json:
  who: {number: "{call.caller}", hour: "{call.hour}", known: "{customer.known}"}
  text: "at {call.hour}, {{really}}"
  list: [1, 2.5, true, null, "7", plain]
next: good
failed: bad
"""


def test_what_is_sent_keeps_its_kinds_and_stays_data():
    work = asked(flow(POST), caller='"}, "admin": true').then.work
    assert (work.method, work.service, work.url, work.retries) == ("POST", "shop", "/requests", 0)
    assert work.body == {
        "who": {"number": '"}, "admin": true', "hour": 9, "known": False},
        "text": "at 9, {really}",
        "list": [1, 2.5, True, None, "7", "plain"],
    }


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("https://crm.example.com/", "https://{call.queue}.example.com/"), "written out"),
        (("https://crm.example.com/", "https://crm.example.com{call.queue}/"), "written out"),
        (("https://crm.example.com/", "ftp://crm.example.com/"), "http://"),
        (("https://crm.example.com/", "https://user:pw@crm.example.com/"), "http://"),
        (("/customers/", "/customers /"), "no place in an address"),
        (("X-Caller", "Host"), "no header"),
        (("crm}", '"Bearer s3cret"}'), "not the secret itself"),
        (("404: none", "200: none"), "300 to 599"),
        (("kind: number", "kind: money"), "not allowed"),
        (('default: "2030-01-01"', "default: soon"), "not a date"),
        (("path: token, ", "at: token, "), "missing: path"),
        (("failed: bad", "failed: nowhere"), "no node 'nowhere'"),
        (("values:", "retries: 9\nvalues:"), "0 to 3"),
        (("headers:", "json: {a: b}\nmethod: GET\nheaders:"), "GET sends no json"),
    ],
)
def test_mistakes_in_a_request_are_named(change: tuple[str, str], complaint: str):
    assert complaint in problems(HTTP.replace(*change))


def test_a_named_service_wants_a_path():
    assert "begins with one slash" in problems(POST.replace("url: /requests", "url: https://x.example.com/"))
    assert "begins with one slash" in problems(POST.replace("url: /requests", "url: //evil.example.com/"))


SCRIPT = """
kind: script
script: meter.py
arguments: ["{call.caller}", fixed]
values: {reading: {variable: READING, kind: number}}
next: good
failed: bad
"""


def test_a_script_speaks_with_the_caller_itself():
    step = asked(flow(SCRIPT))
    assert step.then.at_call
    assert step.then.work == ScriptRun(
        script="meter.py", arguments=("+8613800138000", "fixed"), values={"reading": "READING"}, timeout_s=120
    )
    told = after(flow(SCRIPT), Outcome(values={"reading": "4711"}))
    assert heard(told) == "good"
    assert told.session.values == {"reading": Kept("number", "4711")}
    assert heard(after(flow(SCRIPT), Outcome(values={}))) == "bad"
    assert heard(after(flow(SCRIPT), Outcome(trouble="failed", status=1))) == "bad"


def test_only_scripts_that_are_there_may_be_named():
    known = Known(scripts=frozenset({"meter.py"}))
    assert flow(SCRIPT, known=known)
    assert "meters.py" in problems(SCRIPT.replace("meter.py", "meters.py"), known)
    assert "no name of a script" in problems(SCRIPT.replace("meter.py", "../meter.py"))
    assert "no name of a variable" in problems(SCRIPT.replace("READING", "SHELL(id)"))


CUSTOMER = """
kind: customer
values: {caller_name: name, city: region}
found: good
not_found: none
failed: bad
"""


def test_a_customer_is_found_and_the_call_is_the_customers():
    assert asked(flow(CUSTOMER)).then.work == CustomerLookUp(number="+8613800138000")
    card = {"found": True, "id": "7", "name": "王芳", "tier": "A", "region": None}
    step = after(flow(CUSTOMER), Outcome(values=card))
    assert step.notes[-1] == ivr.Identified("7", "A")
    assert step.session.values == {"caller_name": Kept("text", "王芳"), "city": Kept("text", "")}
    assert heard(after(flow(CUSTOMER), Outcome(values={"found": False}))) == "none"
    assert heard(after(flow(CUSTOMER), Outcome(trouble="timeout"))) == "bad"


def test_nobody_is_looked_up_without_a_number():
    step = ivr.start(flow(CUSTOMER), 1, ivr.Context(local_now=CONTEXT.local_now, language="en"))
    assert heard(step) == "none"


def test_mistakes_in_a_look_up_are_named():
    assert "no 'salary'" in problems(CUSTOMER.replace("region", "salary"))
    assert "exclude each other" in problems('number: "1"\nid: "2"\n' + CUSTOMER)


SMS = """
kind: sms
text: {zh-CN: "您的号码是{call.caller}。", en: "Your number is {call.caller}."}
tag: number
next: good
failed: bad
"""


def test_a_text_goes_to_the_callers_own_number_in_the_callers_language():
    work = asked(flow(SMS)).then.work
    assert (work.to, work.text, work.tag) == ("+8613800138000", "Your number is +8613800138000.", "number")
    assert isinstance(work, TextMessage)
    assert heard(after(flow(SMS), Outcome())) == "good"
    assert heard(after(flow(SMS), Outcome(trouble="not_configured"))) == "bad"


@pytest.mark.parametrize("to", ["110", "+15005550006", "x", ""])
def test_no_text_goes_to_a_number_that_may_not_get_one(to: str):
    step = ivr.start(
        flow(f'to: "{to or "{call.queue}"}"\n' + SMS), 1, ivr.Context(local_now=CONTEXT.local_now, language="en")
    )
    assert heard(step) == "bad"


def test_numbers_add_up_after_a_service_told_them():
    more = ("  tell: {kind: hang_up, say: {zh-CN: '{balance + 1:number}', en: '{balance + 1:number}'}}",)
    found = flow(HTTP.replace("next: good", "next: tell"), *more)
    step = after(found, Outcome(values={"balance": Decimal("12"), "name": "x"}))
    assert "thirteen" in heard(step)


NUMBER = """
kind: number
number: "+862155550199"
busy: bad
otherwise: none
"""


def test_who_is_put_through_is_out_of_the_flow_and_who_is_not_goes_on():
    assert asked(flow(NUMBER)).then.work.number == "+862155550199"
    assert after(flow(NUMBER), Outcome()).then == ivr.End()
    assert heard(after(flow(NUMBER), Outcome(trouble="busy"))) == "bad"
    assert heard(after(flow(NUMBER), Outcome(trouble="no_answer"))) == "none"

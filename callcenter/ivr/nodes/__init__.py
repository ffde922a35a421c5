"""The kinds of nodes, by the word that stands after `kind:` in a flow."""

from callcenter.ivr.nodes.agent import ToAgent
from callcenter.ivr.nodes.callback import Callback
from callcenter.ivr.nodes.collect import CollectKeys
from callcenter.ivr.nodes.condition import Condition
from callcenter.ivr.nodes.customer import Customer
from callcenter.ivr.nodes.extension import Extension
from callcenter.ivr.nodes.hang_up import HangUp
from callcenter.ivr.nodes.hours import Hours
from callcenter.ivr.nodes.http import Http
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.nodes.language import ChooseLanguage
from callcenter.ivr.nodes.loop import Loop
from callcenter.ivr.nodes.mailbox import Mailbox
from callcenter.ivr.nodes.menu import Menu
from callcenter.ivr.nodes.number import ToNumber
from callcenter.ivr.nodes.queue import JoinQueue
from callcenter.ivr.nodes.rate import Rate
from callcenter.ivr.nodes.record import Record
from callcenter.ivr.nodes.return_ import ReturnNode
from callcenter.ivr.nodes.roster import OnDuty
from callcenter.ivr.nodes.say import Say
from callcenter.ivr.nodes.script import Script
from callcenter.ivr.nodes.set import SetValues
from callcenter.ivr.nodes.sms import Sms
from callcenter.ivr.nodes.split import Split
from callcenter.ivr.nodes.subflow import Subflow
from callcenter.ivr.nodes.voicemail import Voicemail

KINDS: dict[str, type[NodeKind]] = {
    kind.kind: kind
    for kind in (
        Say,
        Menu,
        CollectKeys,
        ChooseLanguage,
        Hours,
        OnDuty,
        Condition,
        Split,
        Loop,
        SetValues,
        Subflow,
        ReturnNode,
        Customer,
        Http,
        Script,
        Sms,
        Rate,
        JoinQueue,
        ToAgent,
        Extension,
        ToNumber,
        Callback,
        Record,
        Voicemail,
        Mailbox,
        HangUp,
    )
}

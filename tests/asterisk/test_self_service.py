"""The scenarios of self-service through bridge, decisions and services: real AGI and HTTP, a played Asterisk.

What the caller hears is read from what Asterisk is told to play; the same lines come of it as of the pure run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from random import Random

import msgspec
import pytest

from callcenter.asterisk.agi_call import AgiCall
from callcenter.calls import commands as cm
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.centre import Centre, Number
from callcenter.calls.languages import Prompt
from callcenter.calls.mailboxes import MailboxSettings
from callcenter.calls.outside import Outcome
from callcenter.config import load
from callcenter.flow_work import FlowWork
from callcenter.ivr.flow import Flow
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse
from callcenter.ivr.scenario import HANG_UP, SILENT, Scenario
from callcenter.ivr.scenario_file import read_scenarios
from callcenter.outside import Outside, Place
from callcenter.preparation.flows import named_texts
from callcenter.store.database import migrate, open_database
from callcenter.switchboard.switchboard import Switchboard
from tests.asterisk.agi_peer import Peer
from tests.asterisk.test_bridge import Scripted, question, scripted
from tests.real_asterisk import free_port
from tests.real_centre import FLOWS, small_centre
from tests.services.shop import Shop, open_shop

NUMBER = "4002"
SOURCE = (FLOWS / "self_service.yaml").read_text("utf-8")
SCENARIOS = read_scenarios((FLOWS / "scenarios/self_service.yaml").read_text("utf-8"), "x").scenarios


class Asterisk:
    """Plays what it is told to, and presses the scenario's keys."""

    def __init__(self, scenario: Scenario) -> None:
        self.lines: list[str] = []
        self.files: dict[str, str] = {}
        self._does, self._pending, self._key, self.next = list(scenario.does), list[str](), "", ""
        self.hung_up = False

    async def sounds(self, prompt: Prompt) -> str:
        return self.files.setdefault(prompt.text, f"/prompts/p{len(self.files)}")

    def hears(self, command: str) -> None:
        texts = {file: text for text, file in self.files.items()}
        said = " ".join(texts[file] for file in re.findall(r"/prompts/p[0-9]+", command))
        if self.lines and self.lines[-1].startswith("hears: "):
            self.lines[-1] += f" {said}"
        else:
            self.lines.append(f"hears: {said}")

    def answer(self, command: str) -> str:
        if command.startswith("EXEC Read"):
            self.hears(command)
            self._press(several="et(#)" in command)
        elif command.startswith("STREAM FILE"):
            self.hears(command)
        elif command.startswith("GET VARIABLE CC_DNIS"):
            return f"200 result=1 ({NUMBER})"
        elif command.startswith("GET VARIABLE CC_KEY"):
            return f"200 result=1 ({self._key})"
        elif command.startswith("WAIT FOR DIGIT"):
            return f"200 result={ord(self._pending.pop(0)) if self._pending else 0}"
        elif found := re.match(r'SET VARIABLE CC_NEXT "(\w+)"', command):
            self.next = found[1]
            return "200 result=1"
        return "200 result=0"

    def _press(self, several: bool) -> None:
        keys = self._does.pop(0) if self._does else SILENT
        self.hung_up = keys == HANG_UP
        self._pending = [] if keys in (SILENT, HANG_UP) else list(keys)
        if several:
            self._key, self._pending = "".join(self._pending).partition("#")[0], []
        else:
            self._key = self._pending.pop(0) if self._pending else ""
        if not self.hung_up:
            self.lines.append(f"presses: {keys.rstrip('#')}" if self._key else "silent")

    async def converse(self, port: int) -> None:
        """One question of the dialplan."""
        peer = await Peer.connect(port, question("flow").replace(b"cc1-1.1", b"cc1-9.9"))
        while command := await peer.hear():
            reply = self.answer(command)
            if self.hung_up:
                peer.writer.close()
                return
            peer.say(reply.encode() + b"\n")


def expected(scenario: Scenario) -> list[str]:
    """Its transcript in the words of what is seen here: heard in one piece what nothing stands between."""
    found: list[str] = []
    for line in scenario.transcript or ():
        if line.did == "asks":
            continue
        said = "silent" if line.did == "silent_s" else str(line)
        if line.did == "hears" and found and found[-1].startswith("hears: "):
            found[-1] += f" {line.what}"
        elif line.did not in ("ends", "hangs_up_at"):
            found.append(said)
    return found


def _parse(source: str, origin: str, centre: Centre, flows: object = None) -> Flow:
    return parse(source, origin, known_of(centre, prompts=named_texts()))


def decided(script: Scripted) -> Switchboard:
    """Every signal is decided on at once, and the commands carried out."""
    board = Switchboard(_parse, Random(1))
    served = msgspec.structs.replace(
        small_centre(survey=None, mailbox=MailboxSettings(review=False)),
        numbers=(Number(number=NUMBER, flow="self_service"),),
    )
    board.start("cc1", 1.0)
    board.handle(rq.ApplyCentre(version=1, centre=msgspec.structs.replace(served, numbers=())), 1.0)
    board.handle(rq.PublishFlow(flow="self_service", version=1, source=SOURCE), 1.0)
    board.handle(rq.ApplyCentre(version=2, centre=served), 1.0)

    def carry_out(signal: sg.Signal) -> None:
        turn = board.handle(signal, signal.at)
        assert turn.fault is None
        for command in turn.commands:
            if isinstance(command, cm.Leave | cm.FlowStep | cm.DoWork):
                script.bridge.carry_out(command)

    script.answers = carry_out
    return board


def learn(shop: Shop, scenario: Scenario) -> None:
    for digits in scenario.does:
        if re.fullmatch(r"[0-9]{4}#", digits):
            shop.learn(scenario, digits.rstrip("#"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_the_bridge_gives_the_transcript_of_the_pure_run(scenario: Scenario, tmp_path: Path):
    file = tmp_path / "config.yaml"
    file.write_text(f"data_dir: var\ndemo: true\ndemo_service_port: {free_port()}\n")
    config = load(file)
    url = f"sqlite:///{tmp_path / 'x.db'}"
    migrate(url)
    outside = Outside()
    flow_work = FlowWork(config, open_database(url), small_centre, outside)

    async def work(command: cm.DoWork, call: AgiCall) -> Outcome:
        return await outside.do(command.work, Place(interaction="x", key=command.key, at_call=call), command.within_s)

    async with open_shop(config.demo_service_port) as shop, flow_work.running(), scripted(work=work) as script:
        learn(shop, scenario)
        asterisk = Asterisk(scenario)
        script.bridge._questions._sounds = asterisk.sounds
        decided(script)
        await asterisk.converse(script.bridge.agi_port)
        if asterisk.next == "voicemail":  # the caller has spoken, and the dialplan asks again
            await asterisk.converse(script.bridge.agi_port)
    assert asterisk.lines == expected(scenario)


def test_there_are_scenarios_of_all_that_can_go_wrong() -> None:
    troubles: Iterable[str] = (o.trouble for one in SCENARIOS for many in one.outside.values() for o in many)
    assert {"status", "unreachable", "timeout", "not_configured"} <= set(troubles)

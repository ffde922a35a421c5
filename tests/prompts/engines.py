"""Stand-ins for the voice engine and for SoX: small programs that keep to the same contract."""

import sys
import textwrap
from pathlib import Path

from callcenter.prompts.settings import Settings, Tools

SPEAKER = """
    import math, os, sys, time, wave
    from array import array
    text, language, out, log = sys.argv[1:5]
    with open(log, "a", encoding="utf-8") as lines:
        lines.write(f"{language} {text}\\n")
    if text.startswith("fail"):
        sys.exit("the engine has lost its voice")
    if text.startswith("hang"):
        time.sleep(600)
    if text.startswith("nothing"):
        sys.exit(0)
    loud = 0 if text.startswith("silent") else 3000 + 10 * len(text)
    samples = array("h", [round(loud * math.sin(i * 0.35)) for i in range(4000)])
    with wave.open(out, "wb") as audio:
        audio.setparams((1, 2, 8000, 0, "NONE", ""))
        audio.writeframes(samples.tobytes())
"""
CONVERTER = """
    import shutil, sys
    paths = [part for part in sys.argv[1:] if part.endswith(".wav")]
    shutil.copyfile(paths[0], paths[1])
"""


class Engines:
    """Programs below `folder`, and what the speaker was asked to say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "said.log"
        speaker, converter = self._program("speaker", SPEAKER), self._program("converter", CONVERTER)
        self.tools = Tools(sox=(sys.executable, converter))
        self.command = (sys.executable, speaker, "{text}", "{language}", "{out}", str(self._log))

    def settings(self, timeout_s: float = 60.0, level_db: float = -20.0) -> Settings:
        return Settings(command=self.command, timeout_s=timeout_s, level_db=level_db)

    def said(self) -> list[str]:
        return self._log.read_text("utf-8").splitlines() if self._log.exists() else []

    def _program(self, name: str, source: str) -> str:
        file = self._folder / f"{name}.py"
        file.write_text(textwrap.dedent(source), "utf-8")
        return str(file)

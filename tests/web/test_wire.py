"""The console's types are those of the server."""

from pathlib import Path

from callcenter.web import wire
from callcenter.web.errors import WORDS


def test_the_consoles_types_are_fresh() -> None:
    assert wire.main(["--check"]) == 0


def test_a_stale_file_is_told(tmp_path: Path) -> None:
    stale = tmp_path / "types.ts"
    stale.write_text("export type Old = 1;")

    assert wire.main(["--check", "--file", str(stale)]) == 1
    assert wire.main(["--file", str(stale)]) == 0
    assert wire.main(["--check", "--file", str(stale)]) == 0


def test_what_has_a_default_is_optional_only_in_what_we_are_sent() -> None:
    text = wire.typescript()

    assert "export interface AgentSignIn {\n  device?: Device;\n  ready?: boolean;\n}" in text
    assert "  paused_by: string;" in text
    assert '  type: "snapshot";' in text
    assert all(f'| "{word}"' in text for word in WORDS)

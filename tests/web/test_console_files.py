"""The built console is served, and nothing beside it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.house import House, house


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[House]:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>console</title>")
    (dist / "assets" / "main-1a2b.js").write_text("plain()")
    (dist / "assets" / "main-1a2b.js.gz").write_bytes(b"\x1f\x8b not looked into")
    (tmp_path / "secrets.yaml").write_text("secret")
    (dist / "out").symlink_to(tmp_path)
    async with house(console_folder=dist) as made:
        yield made


async def fetch(home: House, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    nobody = await home.nobody()
    async with nobody.http.get(home.base + path, headers=headers, auto_decompress=False) as response:
        return response.status, (await response.read()).decode("latin-1"), dict(response.headers)


@pytest.mark.parametrize(
    "path", ["/", "/desk", "/floor/queues", "/calls/cc1-1758000000.12", "/messages/pbx-1758000000.12cb1-2"]
)
async def test_the_consoles_own_paths_get_its_first_page(built: House, path: str) -> None:
    status, text, headers = await fetch(built, path)

    assert (status, "console" in text) == (200, True)
    assert headers["Cache-Control"] == "no-cache"


async def test_hashed_files_are_kept_for_a_year(built: House) -> None:
    status, text, headers = await fetch(built, "/assets/main-1a2b.js", **{"Accept-Encoding": "identity"})

    assert (status, text) == (200, "plain()")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "javascript" in headers["Content-Type"]


async def test_a_compressed_file_is_sent_to_who_takes_it(built: House) -> None:
    _, text, headers = await fetch(built, "/assets/main-1a2b.js", **{"Accept-Encoding": "gzip"})

    assert (headers["Content-Encoding"], text[:2]) == ("gzip", "\x1f\x8b")
    assert "javascript" in headers["Content-Type"]


@pytest.mark.parametrize(
    "path", ["/assets/gone.js", "/../secrets.yaml", "/%2e%2e/secrets.yaml", "/out/secrets.yaml", "/a%00.js"]
)
async def test_a_missing_file_and_one_outside_the_folder_are_not_there(built: House, path: str) -> None:
    status, text, _ = await fetch(built, path)

    assert (status, "secret\n" in text) == (404, False)


@pytest.mark.parametrize("path", ["/api", "/api/v2/x", "/api/v1/nothing"])
async def test_the_apis_paths_never_get_the_first_page(built: House, path: str) -> None:
    status, text, _ = await fetch(built, path)

    assert (status, '"no_such_path"' in text) == (404, True)


async def test_a_console_that_is_not_built_says_what_to_do(home: House) -> None:
    status, text, _ = await fetch(home, "/")

    assert (status, "make setup" in text) == (503, True)

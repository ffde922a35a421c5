from pathlib import Path

import pytest

from callcenter.prompts import PromptLibrary
from tests.prompts.engines import Engines


@pytest.fixture
def engines(tmp_path: Path) -> Engines:
    return Engines(tmp_path)


@pytest.fixture
def library(tmp_path: Path, engines: Engines) -> PromptLibrary:
    return PromptLibrary(tmp_path / "rendered", tmp_path / "recorded", engines.tools, engines.settings())

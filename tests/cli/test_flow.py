"""Publishing flows from files: what the engine refuses is not kept."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from callcenter.cli.flow import _put_in_force
from callcenter.preparation.flows import FlowFile
from callcenter.service import engine_door
from callcenter.service.errors import ServiceError
from callcenter.store import documents, flow_drafts
from callcenter.store.database import migrate, open_database

FLOW = FlowFile(flow=SimpleNamespace(id="day"), source="flow: day\n")  # type: ignore[arg-type]
CONFIG = SimpleNamespace(engine_socket=Path("/nowhere"))


def refused(*_: object) -> None:
    raise ServiceError("the engine refuses: no")


def away(*_: object) -> None:
    raise engine_door.EngineAway


@pytest.mark.parametrize(("answer", "kept"), [(refused, [1]), (away, [2, 1])])
def test_only_a_refused_version_is_taken_back(
    answer: object, kept: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'callcenter.db'}"
    migrate(url)
    db = open_database(url)
    for base in (0, 1):
        documents.save_flow(db, "day", FLOW.source, "test", base, 1.0)
    monkeypatch.setattr(engine_door, "submit", answer)
    if answer is refused:
        with pytest.raises(ServiceError):
            _put_in_force(CONFIG, db, FLOW, 2)  # type: ignore[arg-type]
    else:
        _put_in_force(CONFIG, db, FLOW, 2)  # type: ignore[arg-type]
    assert [version.version for version in flow_drafts.history(db, "day")] == kept
    db.dispose()

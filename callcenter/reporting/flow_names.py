"""What people call the flows that a report tells of."""

from collections.abc import Iterator

import msgspec
import sqlalchemy as sa
import yaml

from callcenter.calls.languages import Text
from callcenter.store import documents


def flow_names(db: sa.Engine) -> dict[str, Text]:
    """By id, of those in force; a flow whose text cannot be read any more is left out."""
    return dict(_read(db))


def _read(db: sa.Engine) -> Iterator[tuple[str, Text]]:
    for flow, version in documents.current_flows(db).items():
        try:
            yield flow, msgspec.convert(yaml.safe_load(version.source)["name"], Text)
        except (yaml.YAMLError, msgspec.ValidationError, LookupError, TypeError):
            continue

"""What the table of recordings says is in force, written down for the processes that play it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callcenter.ivr.spoken import WHEN
from callcenter.prompts.recordings import InForce, put_in_force
from callcenter.store import prompt_versions

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from callcenter.store.prompt_versions import Version


def publish(database: sa.Engine, folder: Path) -> None:
    """Oldest first, so that of two recordings of one text the newest speaks it. Pages and telephones publish: whoever
    was overtaken by another while writing writes again."""
    while True:
        kept = prompt_versions.all_versions(database)
        put_in_force(folder, [_in_force(each) for each in reversed(kept) if each.in_force])
        if prompt_versions.all_versions(database) == kept:
            return


def _in_force(version: Version) -> InForce:
    return InForce(
        language=version.language,
        prompt=version.prompt,
        text=version.text,
        file=version.file,
        own_words=version.how == "telephone" or WHEN in version.prompt,
    )

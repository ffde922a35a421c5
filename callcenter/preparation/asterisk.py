"""The Asterisk to start, and its configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callcenter.asterisk.configuration import endpoints_needed, write_configuration
from callcenter.asterisk.installation import Installation, ensure_private, system_installation
from callcenter.preparation.trunks import settings_in_force

if TYPE_CHECKING:
    from callcenter.asterisk.configuration import Written
    from callcenter.calls.centre import Centre
    from callcenter.config import Config
    from callcenter.preparation.steps import Say


def install(config: Config, say: Say) -> str:
    """A private one, unless config.yaml names an installed one. InstallationError."""
    found = installation(config, say)
    kind = "private" if config.asterisk.program is None else str(config.asterisk.program)
    return f"Asterisk {'.'.join(map(str, found.version))}, {kind}"


def installation(config: Config, say: Say) -> Installation:
    if config.asterisk.program is not None:
        return system_installation(config.asterisk.program)
    return ensure_private(config.data_dir / "asterisk", say)


def configure(config: Config, centre: Centre) -> Written:
    """Writes Asterisk's files for this centre; new agents get their SIP passwords here."""
    passwords = config.keyring.sip_passwords(endpoints_needed(centre, demo=config.demo))
    return write_configuration(settings_in_force(config), centre, passwords, installation(config, lambda _: None))

"""What ends a command with a message instead of a traceback."""


class CommandError(Exception):
    """The command cannot do what was asked; the text says what to do. `code` is the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


# Modules whose errors are meant for a person, imported only when one is to be told apart.
_FOR_PEOPLE = {
    "callcenter.forms.reading": ("FormError",),
    "callcenter.keyring": ("KeyringError",),
    "callcenter.asterisk.debian_suite": ("InstallationError",),
    "callcenter.asterisk.allowed": ("ConfigurationError",),
    "callcenter.web.settings": ("SettingsError",),
    "callcenter.ivr.problems": ("FlowError",),
    "callcenter.store.database": ("NoDriver",),
    "callcenter.preparation.steps": ("StepFailed",),
    "callcenter.service.errors": ("ServiceError",),
}


def is_for_people(error: BaseException) -> bool:
    """Whether the error's text says all a person needs."""
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return any(f"{module}.{name}" in names for module, all_names in _FOR_PEOPLE.items() for name in all_names)

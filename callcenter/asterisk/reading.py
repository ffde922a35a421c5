"""What Asterisk's texts mean: channel names, causes, stamps on a channel, names of callers."""

from callcenter.calls.languages import LANGUAGES, Language


def endpoint_of(name: str) -> str:
    """The SIP account in a channel name: `PJSIP/8001-web-0000002a` is of `8001-web`."""
    technology, _, rest = name.partition("/")
    return rest.rpartition("-")[0] if technology == "PJSIP" else ""


def cause_of(text: str) -> int:
    """A Q.850 cause; 16 (normal clearing) when Asterisk knows none."""
    return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else 16


def language(text: str) -> Language:
    return next((known for known in LANGUAGES if known == text), LANGUAGES[0])


def seconds(text: str) -> float:
    """Epoch seconds from a channel variable; 0 for anything else."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 < value < 1e11 else 0.0


def lasting_s(text: str) -> int:
    """Seconds of a duration such as 00:01:12; 0 for anything else."""
    parts = text.split(":")
    return int(parts[0]) * 3600 + int(parts[1]) * 60 + int(parts[2]) if _is_duration(parts) else 0


def _is_duration(parts: list[str]) -> bool:
    return len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts)


def shown_name(text: str) -> str:
    """A caller's name, fit to be shown: printable, at most 64 characters; '' for Asterisk's placeholders.

    What was no UTF-8 has become U+FFFD on its way and says nothing.
    """
    shown = "".join(char for char in text if char.isprintable() and char != "\ufffd")
    return "" if text in ("<unknown>", "unknown") else shown.strip()[:64]

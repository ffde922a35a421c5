"""Passwords that are given out: made here, told once."""

import secrets

# No letters that look alike; 16 of 31 make 79 bits.
_TYPED = "abcdefghjkmnpqrstuvwxyz23456789"
_TYPED_LENGTH = 16


def typed_password() -> str:
    """A password that a person types: 16 letters and digits, none of which look alike."""
    return "".join(secrets.choice(_TYPED) for _ in range(_TYPED_LENGTH))

"""What keeps the system from starting or running."""


class ServiceError(Exception):
    """The text says what is in the way and what to do."""

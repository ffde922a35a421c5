"""The bridge between Asterisk and the words of `callcenter.calls`."""

from callcenter.asterisk.bridge.bridge import Bridge, BridgeSettings

__all__ = ["Bridge", "BridgeSettings"]

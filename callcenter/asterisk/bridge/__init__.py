"""The bridge between Asterisk and the words of `callcenter.calls`."""

from callcenter.asterisk.bridge.bridge import Bridge, BridgeSettings
from callcenter.asterisk.bridge.lines import lines

__all__ = ["Bridge", "BridgeSettings", "lines"]

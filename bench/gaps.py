"""Gaps between the packets of RTP streams: arithmetic on moments that others read. Pure."""

LIMIT_S = 0.06  # three packets of 20 ms
SETTLING_S = 1.0  # of a stream: the whisper ends, the talk begins, and the sender changes


class Stream:
    """One sender's packets to one place; moments in seconds, on any one clock."""

    __slots__ = ("began_at", "last_at", "sequence", "source", "spoken")

    def __init__(self, source: int, sequence: int, at: float) -> None:
        self.source, self.sequence = source, sequence
        self.began_at = self.last_at = at
        self.spoken = 0


class Gaps:
    """What was heard on all streams since the last `forget`."""

    def __init__(self, limit_s: float = LIMIT_S, settling_s: float = SETTLING_S) -> None:
        self._limit_s, self._settling_s = limit_s, settling_s
        self.forget()

    def forget(self) -> None:
        self.streams = self.packets = self.lost = self.over_limit = 0
        self.longest_s = 0.0

    def begun(self, source: int, sequence: int, at: float) -> Stream:
        self.streams += 1
        self.packets += 1
        return Stream(source, sequence, at)

    def heard(self, stream: Stream, sequence: int, at: float) -> None:
        """A gap counts between packets that follow each other, when it begins after the stream has settled.

        One that was sent and did not arrive is lost: on one machine that is for want of room at the receiver, and
        no gap of the sender.
        """
        ahead = sequence - stream.sequence & 0xFFFF
        self.packets += 1
        if ahead == 1:
            if stream.last_at - stream.began_at >= self._settling_s:
                self._measure(at - stream.last_at)
        elif 1 < ahead < 0x8000:
            self.lost += ahead - 1
        stream.sequence, stream.last_at = sequence, at

    def _measure(self, gap_s: float) -> None:
        self.longest_s = max(self.longest_s, gap_s)
        self.over_limit += gap_s > self._limit_s

    def told(self) -> tuple[int, int, int, float, int]:
        """Streams, packets, packets lost, the longest gap in ms, gaps over the limit."""
        return self.streams, self.packets, self.lost, round(self.longest_s * 1000, 1), self.over_limit

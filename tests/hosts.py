"""Three hosts on one machine: the centre with a public address, a router, and an agent's computer behind it.

Each is a network namespace; nothing in them reaches this machine's network, and nothing out there reaches them. The
router hides the agent's network behind its own address (NAT) and lets out what `allowed` says.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

CENTRE, ROUTER, ROUTER_INSIDE, HOME = "203.0.113.10", "203.0.113.20", "192.168.77.1", "192.168.77.2"
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Hosts:
    """`centre`, `router` and `home` are the namespaces' names."""

    def __init__(self) -> None:
        self.centre, self.router, self.home = (f"cc{os.getpid()}-{name}" for name in ("centre", "router", "home"))

    def run(self, host: str, *argv: str, text: str = "") -> str:
        """What the command prints. CalledProcessError."""
        inside = ["ip", "netns", "exec", host, *argv]
        done = subprocess.run(inside, input=text, capture_output=True, text=True, check=True, timeout=20)
        return done.stdout

    @contextmanager
    def as_centre(self) -> Iterator[None]:
        """What this thread opens and starts meanwhile belongs to the centre's host."""
        with Path("/proc/thread-self/ns/net").open() as here, Path(f"/run/netns/{self.centre}").open() as there:
            try:
                _enter(there)
                yield
            finally:
                _enter(here)

    def at_home(self, folder: Path, program: str) -> str:
        """A program that does what `program` does, on the agent's computer."""
        file = folder / Path(program).name
        file.write_text(f'#!/bin/sh\nexec ip netns exec {self.home} {program} "$@"\n')
        file.chmod(0o755)
        return str(file)


@contextmanager
def hosts(allowed: str) -> Iterator[Hosts]:
    """`allowed`: nft rules for what leaves the agent's network, e.g. `tcp dport 443 accept`; the rest is dropped."""
    missing = [each for each in ("ip", "nft") if shutil.which(each) is None]
    assert not missing, f"missing: {', '.join(missing)}; Debian has them in iproute2 and nftables"
    assert os.geteuid() == 0, "network namespaces need root"
    network = Hosts()
    names = (network.centre, network.router, network.home)
    try:
        for name in names:
            subprocess.run(["ip", "netns", "add", name], check=True, timeout=20)
            network.run(name, "ip", "link", "set", "lo", "up")
        _wire(network, (network.centre, CENTRE), (network.router, ROUTER))
        _wire(network, (network.router, ROUTER_INSIDE), (network.home, HOME))
        network.run(network.home, "ip", "route", "add", "default", "via", ROUTER_INSIDE)
        network.run(network.router, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        network.run(network.router, "nft", "-f", "-", text=_rules(network, allowed))
        yield network
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], check=False, timeout=20)


def _wire(network: Hosts, one: tuple[str, str], other: tuple[str, str]) -> None:
    """Both ends are called after the other's host."""
    ends = [(one[0], _end(other[0]), one[1]), (other[0], _end(one[0]), other[1])]
    peer = ["peer", "name", ends[1][1], "netns", other[0]]
    network.run(one[0], "ip", "link", "add", ends[0][1], "type", "veth", *peer)
    for host, end, address in ends:
        network.run(host, "ip", "address", "add", f"{address}/24", "dev", end)
        network.run(host, "ip", "link", "set", end, "up")


def _end(host: str) -> str:
    return "to-" + host.rpartition("-")[2]


def _rules(network: Hosts, allowed: str) -> str:
    outside, inside = _end(network.centre), _end(network.home)
    return f"""
table ip gate {{
  chain forward {{
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname "{inside}" ip daddr {CENTRE} {allowed}
  }}
  chain out {{
    type nat hook postrouting priority 100;
    oifname "{outside}" masquerade
  }}
}}
"""


def _enter(namespace: TextIO) -> None:
    if _libc.setns(namespace.fileno(), _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"could not enter {namespace.name}")

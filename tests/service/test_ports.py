"""A taken port is named with the key to change and, where it can be seen, the program that has it."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.config import Config, load
from callcenter.service.ports import listeners, taken
from tests.real_asterisk import free_port


@pytest.fixture
def busy() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def config_with(folder: Path, text: str) -> Config:
    """All ports free, save those in `text`."""
    free = iter([free_port() for _ in range(5)])
    lines = ["asterisk:", *(f"  {name}_port: {next(free)}" for name in ("sip", "http", "ami", "agi"))]
    (folder / "config.yaml").write_text("\n".join([*lines, text or f"web: {{port: {next(free)}}}"]), encoding="utf-8")
    return load(folder / "config.yaml")


def test_free_ports_are_no_trouble(tmp_path: Path) -> None:
    assert taken(config_with(tmp_path, "")) == []


def test_a_taken_port_is_named_with_key_line_and_program(tmp_path: Path, busy: socket.socket) -> None:
    port = busy.getsockname()[1]
    config = config_with(tmp_path, f"web:\n  host: 127.0.0.1\n  port: {port}\n")
    [message] = taken(config)
    assert message.startswith(f"{config.file}:8: web.port: tcp port {port} on 127.0.0.1 is taken by ")
    assert f"(pid {os.getpid()})" in message
    assert "give another port here" in message


def test_sip_needs_its_port_for_udp_too(tmp_path: Path) -> None:
    config = config_with(tmp_path, "")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", config.asterisk.sip_port))
        [message] = taken(config)
    assert "asterisk.sip_port: udp port" in message


def test_an_address_that_is_not_of_this_machine_is_named(tmp_path: Path) -> None:
    [message] = taken(config_with(tmp_path, "web:\n  host: 192.0.2.1\n  public_url: https://x.example\n"))
    assert "192.0.2.1" in message


def test_every_port_of_the_file_is_looked_at(tmp_path: Path) -> None:
    keys = {each.key for each in listeners(config_with(tmp_path, ""))}
    assert keys == {"web.port", *(f"asterisk.{name}_port" for name in ("sip", "http", "ami", "agi"))}

"""supervisord's configuration, read back by supervisord itself."""

from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from callcenter.config import Config, load
from callcenter.service import conf
from callcenter.service.conf import Program
from callcenter.service.errors import ServiceError


@pytest.fixture
def config(tmp_path: Path) -> Config:
    folder = tmp_path / "a 5;b"
    folder.mkdir()
    (folder / "config.yaml").write_text("", encoding="utf-8")
    return load(folder / "config.yaml")


def understood(config: Config, programs: list[Program]) -> ServerOptions:
    config.log_dir.mkdir(parents=True)
    config.run_dir.mkdir(parents=True)
    file = config.run_dir / "supervisord.conf"
    file.write_text(conf.text(config, programs), encoding="utf-8")
    options = ServerOptions()
    options.realize(["-c", str(file)])
    return options


def test_arguments_and_environment_arrive_as_they_were_given(config: Config) -> None:
    program = Program("engine", ["/bin/x", "a b"], 20, {"ESPEAK_DATA_PATH": "/a, b"})
    [group] = understood(config, [program]).process_group_configs
    [process] = group.process_configs
    assert process.command.endswith("/bin/x 'a b'")
    assert process.environment["ESPEAK_DATA_PATH"] == "/a, b"
    assert process.directory == str(config.file.parent)
    assert process.autorestart


def test_the_order_of_the_start_is_the_order_of_the_priorities(config: Config) -> None:
    programs = [Program("edge", ["x"], 30), Program("asterisk", ["x"], 10), Program("engine", ["x"], 20)]
    groups = sorted(understood(config, programs).process_group_configs)
    assert [each.name for each in groups] == ["asterisk", "engine", "edge"]


def test_each_process_has_its_own_log_of_limited_size(config: Config) -> None:
    [group] = understood(config, [Program("edge", ["x"], 30)]).process_group_configs
    [process] = group.process_configs
    assert process.stdout_logfile == str(config.log_dir / "edge.log")
    assert process.stdout_logfile_maxbytes > 0


@pytest.mark.parametrize("path", ["a\nuser=root", "100%", 'a"b', "a ;b"])
def test_a_path_that_supervisord_would_read_as_more_is_refused(config: Config, path: str) -> None:
    with pytest.raises(ServiceError, match="cannot be supervised"):
        conf.text(config, [Program("x", [path], 1)])

"""Results as a measurement would make them."""

from bench.results import Machine, Result, compared

HERE = Machine(cpu="a processor", cores=2, load=0.5, nice=0, python="3.11.7")


def measured(case: str, ours: list[float], unit: str = "ms") -> Result:
    return compared(case, ours, [10 * value for value in ours], peer_name="the other", unit=unit, machine=HERE)

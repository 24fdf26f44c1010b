"""Whatever the bytes, they are read or rejected in words. `scripts/fuzz` tries it for longer."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.hostile.fuzz_targets import TARGETS

_EDITS = st.lists(
    st.tuples(st.integers(0, 1 << 16), st.integers(0, 64), st.binary(max_size=16)), max_size=4
)


def edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Damage at a few places: bytes are removed there, and others put in."""
    for place, left_out, put_in in edits:
        at = place % (len(data) + 1)
        data = data[:at] + put_in + data[at + left_out :]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_what_is_near_them(name: str) -> None:
    target = TARGETS[name]
    near = st.builds(edited, st.sampled_from(target.seeds()), _EDITS)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(near | st.binary(max_size=200))
    def run(data: bytes) -> None:
        target.run(data)

    run()


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_are_read(name: str) -> None:
    """Otherwise a target would try nothing but rejections."""
    for seed in TARGETS[name].seeds():
        TARGETS[name].run(seed)

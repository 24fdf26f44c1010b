"""Programs in the vendor's style run with only their import lines changed."""

import pytest

from tests.vendor_style.running import OURS, THEIRS, RunProgram, load
from tests.vendor_style.verdicts import VERDICTS

pytest.importorskip("twelvelabs")

WITH_THEIRS, WITH_OURS = load(THEIRS), load(OURS)


@pytest.mark.parametrize("name", sorted(WITH_THEIRS))
def test_a_program_gives_the_same(run_program: RunProgram, name: str) -> None:
    theirs, ours = run_program(WITH_THEIRS[name]), run_program(WITH_OURS[name])
    verdict = VERDICTS.get(name)
    if verdict is not None and not verdict.differs_in_requests_only:
        assert (theirs.result, ours.result) == (verdict.theirs, verdict.ours)
        return
    assert ours.result == theirs.result
    assert not (isinstance(theirs.result, dict) and "raised" in theirs.result), theirs.message
    # A verdict that is no longer true is an error, too.
    assert (ours.sent != theirs.sent) == (verdict is not None)


def test_the_set_is_large_enough() -> None:
    assert len(WITH_THEIRS) >= 60
    assert WITH_THEIRS.keys() == WITH_OURS.keys()
    assert VERDICTS.keys() <= WITH_THEIRS.keys()

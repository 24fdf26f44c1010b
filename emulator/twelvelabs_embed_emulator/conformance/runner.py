"""Runs of cases against a server."""

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from twelvelabs_embed_emulator.conformance.cases import Case, Subset, cases_of
from twelvelabs_embed_emulator.conformance.judge import Finding, Json, Judge
from twelvelabs_embed_emulator.conformance.report import Report, Result
from twelvelabs_embed_emulator.conformance.session import Session, StopCaseError
from twelvelabs_embed_emulator.contract.loader import default_path, load_yaml


@dataclass(frozen=True)
class Target:
    """The server to test.

    Attributes:
        base_url: its address, which ends in `/v1.3`.
        key: the API key.
        timeout_sec: how long a response may take.
        wait_sec: how long tasks and assets are waited for.
        sleep: waits so many seconds.
    """

    base_url: str
    key: str
    timeout_sec: float = 60.0
    wait_sec: float = 600.0
    sleep: Callable[[float], None] = time.sleep


def read_contract(path: Path | None = None) -> Json:
    """Read a contract; None is the one in the package."""
    document: Json = load_yaml(path or default_path())
    return document


def run(
    target: Target,
    *,
    subset: Subset = "all",
    document: Json | None = None,
    cases: Iterable[Case] | None = None,
    done: Callable[[Result], object] = lambda result: None,
) -> Report:
    """Run the cases of a subset, and return the report.

    Args:
        target: the server.
        subset: which cases.
        document: the contract; None is the one in the package.
        cases: others than those of the subset.
        done: called with the result of each.
    """
    contract = read_contract() if document is None else document
    judge = Judge(contract)
    results = []
    for case in cases_of(contract, subset) if cases is None else cases:
        results.append(run_case(case, target, judge))
        done(results[-1])
    called = {exchange.operation for result in results for exchange in result.exchanges}
    not_called = [name for name in judge.operations.values() if name not in called]
    return Report(target.base_url, str(contract["info"]["version"]), results, not_called)


def run_case(case: Case, target: Target, judge: Judge) -> Result:
    """Run a case, and delete what it made."""
    headers = {"x-api-key": target.key}
    with httpx.Client(
        base_url=target.base_url, headers=headers, timeout=target.timeout_sec
    ) as client:
        session = Session(client, judge, media, target.sleep, target.wait_sec)
        try:
            _guarded(case, session)
        finally:
            for step in session.cleanup:
                with contextlib.suppress(StopCaseError):
                    step()
    return Result(case.name, tuple(session.exchanges))


def _guarded(case: Case, session: Session) -> None:
    """Send the requests of a case; what stops it early is already reported."""
    try:
        case.send(session)
    except StopCaseError:
        pass
    except (AttributeError, KeyError, TypeError) as error:
        # A response of another shape than the contract's, which is a finding of its own.
        text = f"the case cannot continue: {type(error).__name__}: {error}"
        session.add(Finding(session.exchanges[-1].operation, "case", "", text))


@cache
def media(kind: str) -> bytes:
    """Return small media of a type of input, made on the spot."""
    from twelvelabs_embed_emulator import samples

    with TemporaryDirectory() as folder:
        path = Path(folder)
        match kind:
            case "image":
                file = samples.image(path / "a.jpg", width=160, height=128, quality=60)
            case "audio":
                file = samples.audio(path / "a.wav", duration_sec=5, sample_rate_hz=4000)
            case "video":
                file = samples.video(path / "a.mp4", duration_sec=5, width=360, height=360, fps=4)
            case "markdown":
                file = samples.document(path / "a.md")
            case _:
                file = samples.document(path / "a.pdf", pages=["a man and his dog", "the beach"])
        return Path(file).read_bytes()

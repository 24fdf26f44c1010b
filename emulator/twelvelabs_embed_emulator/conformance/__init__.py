"""Contract tests of any server: the emulator, a staging server or the real service.

    report = run(Target("https://api.twelvelabs.io/v1.3", key), subset="read")
    print(report.text())

Each case sends requests and judges every response by the contract; see `cases` for what is sent,
`judge` for what is looked at. `scripts/contract-test`, `python -m
twelvelabs_embed_emulator.conformance` and pytest's `--embed-contract-test URL` run them.
"""

from twelvelabs_embed_emulator.conformance.cases import SUBSETS, Case, Subset, cases_of
from twelvelabs_embed_emulator.conformance.judge import Finding, Judge
from twelvelabs_embed_emulator.conformance.report import Report, Result
from twelvelabs_embed_emulator.conformance.runner import Target, run, run_case
from twelvelabs_embed_emulator.conformance.session import Exchange

__all__ = [
    "SUBSETS",
    "Case",
    "Exchange",
    "Finding",
    "Judge",
    "Report",
    "Result",
    "Subset",
    "Target",
    "cases_of",
    "run",
    "run_case",
]

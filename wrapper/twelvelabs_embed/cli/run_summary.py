"""Results of a run, and of a dry run, as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console

from twelvelabs_embed.cli import rendering

if TYPE_CHECKING:
    from twelvelabs_embed.bulk import DryReport, Estimate, FailureGroup, RunReport


_NOTHING = (
    "nothing was found: of a folder, images, audio and video are embedded; texts and documents "
    "are rows of a manifest"
)


def show_summary(report: RunReport) -> None:
    """Print the results of a run on standard output."""
    out = rendering.console()
    took = f"in {rendering.duration(report.seconds)} ({report.items_per_sec:,.1f} items/s)"
    out.print(f"{rendering.counted(report.done, 'item')} embedded {took}")
    folder = rendering.plain(str(report.out))
    out.print(f"{rendering.counted(report.rows, 'vector')} written to {folder}", soft_wrap=True)
    out.print(_usage(report), soft_wrap=True)
    for text in _notes(report):
        out.print(rendering.plain(text))
    if report.slowest:
        out.print()
        table = rendering.new_table(slowest=rendering.FOLD, sec=rendering.RIGHT)
        for slow in report.slowest:
            table.add_row(rendering.plain(slow.id), f"{slow.seconds:.2f}")
        out.print(table)
    if report.failures:
        _show_failures(out, report.failures)


def _usage(report: RunReport) -> str:
    parts = [rendering.counted(report.requests, "request")]
    if report.retries:
        parts[0] += f" ({rendering.counted(report.retries, 'retry', 'retries')})"
    if report.media_sec:
        parts.append(_minutes(report.media_sec))
    if report.tokens:
        parts.append(rendering.counted(report.tokens, "token"))
    return ", ".join(parts)


def _notes(report: RunReport) -> list[str]:
    """Return notes on the results."""
    counts = [
        (report.changed, "{} of them had changed since they were embedded"),
        (report.copied, "{} of them have the content of another item, and were not sent"),
        (report.kept, "{} changed since they were embedded, and keep their vectors"),
        (report.pruned, "{} gone from the source, and removed"),
        (report.failed, "{} failed"),
        (report.done_before, "{} were done before"),
        (report.failed_before, "{} failed before: --retry-errors runs them again"),
        (report.omitted, "{} did not fail before; they run without --retry-errors"),
        (report.unfinished, "{} wait for their tasks: the same command collects them later"),
    ]
    notes = [note.format(f"{count:,}") for count, note in counts if count]
    if not (notes or report.done or report.is_stopped):
        notes.append(_NOTHING)
    if report.waited_sec >= 1:
        notes.append(f"the quota delayed it by {rendering.duration(report.waited_sec)}")
    if report.is_stopped:
        notes.append("it was stopped before the end: the same command resumes from here")
    return notes


@frozen
class Factors:
    """Quotas and a price, to make hours and costs of an estimate; None for what is not given."""

    rpm: float | None
    minutes_per_hour: float | None
    price_per_minute: float | None

    def hours(self, estimate: Estimate) -> float | None:
        """Return the minimum of hours within the quotas; None without a quota."""
        if not (self.rpm or self.minutes_per_hour):
            return None
        return estimate.min_hours(rpm=self.rpm, minutes_per_hour=self.minutes_per_hour)

    def price(self, estimate: Estimate) -> float | None:
        """Return the price; None without the price of a minute."""
        return None if self.price_per_minute is None else estimate.price(self.price_per_minute)


def dry_run_document(report: DryReport, factors: Factors) -> dict[str, Any]:
    """Build the JSON of a dry run."""
    document, estimate = report.as_document(), report.estimate
    if estimate is not None:
        more = {"min_hours": factors.hours(estimate), "price": factors.price(estimate)}
        document["estimate"] |= more
    return document


def show_dry_run(report: DryReport, factors: Factors) -> None:
    """Print what a run would do on standard output."""
    out = rendering.console()
    total = sum(report.to_run.values())
    types = ", ".join(f"{count:,} {name}" for name, count in sorted(report.to_run.items()))
    out.print(f"{rendering.counted(total, 'item')} to embed{f': {types}' if types else ''}")
    if report.estimate is not None and total:
        for text in _estimate_lines(report.estimate, factors):
            out.print(text)
    counts = [
        (report.changed, "{} of them changed since they were embedded"),
        (report.copied, "{} more with the content of another item, of which they get the vectors"),
        (report.done_before, "{} are done"),
        (report.kept, "{} of these changed, and keep their vectors"),
        (report.gone, "{} gone from the source: --prune removes them"),
    ]
    for count, text in counts:
        if count:
            out.print(text.format(f"{count:,}"))
    if not (total or report.failures or any(count for count, _ in counts)):
        out.print(_NOTHING)
    if report.failures:
        out.print(f"{report.failed:,} would be rejected")
        _show_failures(out, report.failures)


def _estimate_lines(estimate: Estimate, factors: Factors) -> list[str]:
    low, high = estimate.min_rows, estimate.max_rows
    vectors = f"at least {rendering.counted(low, 'vector')}"
    if high is not None:
        vectors = (
            rendering.counted(high, "vector") if low == high else f"{low:,} to {high:,} vectors"
        )
    parts = [
        vectors,
        f"at least {rendering.counted(estimate.min_requests, 'request')}",
        *([rendering.counted(estimate.uploads, "upload")] * bool(estimate.uploads)),
        *([rendering.counted(estimate.tasks, "task")] * bool(estimate.tasks)),
    ]
    size = f"{rendering.megabytes(estimate.size_bytes)} MB of media"
    lines = [", ".join(parts), f"{size}, {_minutes(estimate.media_sec)}"]
    if estimate.unknown:
        several = rendering.counted(estimate.unknown, "item")
        lines.append(f"{several} could not be inspected (links, assets): there is more media")
    if (hours := factors.hours(estimate)) is not None:
        lines.append(f"at least {hours:,.2f} h within the quota")
    if (price := factors.price(estimate)) is not None:
        lines.append(f"price of audio and video: {price:,.2f}")
    return lines


def _minutes(media_sec: float) -> str:
    return f"{media_sec / 60:,.1f} min of audio and video"


def _show_failures(out: Console, failures: Sequence[FailureGroup]) -> None:
    out.print()
    columns = {"failed": rendering.RIGHT, "why": rendering.FIXED, "for example": rendering.FOLD}
    table = rendering.new_table(**columns)
    for group in failures:
        message = " ".join(group.example.message.split())
        example = f"{group.example.id}: {message}"
        table.add_row(f"{group.count:,}", rendering.plain(group.code), rendering.plain(example))
    out.print(table)

"""Reciprocal rank fusion: one ranking of moments by what is seen, heard and said in them.

A moment is what the rows of one item have in common that have the same scope and time (or pages).
Its rows differ in their option; what has none, such as a text, goes by its input type.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import isfinite

import numpy as np
from attrs import evolve, frozen

from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.search.filters import unknown_value
from twelvelabs_embed.search.options import SearchOptions
from twelvelabs_embed.search.quantization import Numbers
from twelvelabs_embed.search.ranking import Integers, Mask, Ranking
from twelvelabs_embed.search.rows import Rows

_RANK_CONSTANT = 60  # as in the paper by Cormack, Clarke and Buettcher
_MIN_DEPTH = 1000


@frozen(eq=False)
class Fused:
    """Moments by their fused score.

    Attributes:
        ranking: of the moments, by number
        first_rows: the first row of each moment, shape (M,)
    """

    ranking: Ranking
    first_rows: Integers
    _rows: _LabelledRows
    _of_rows: Ranking

    def scores_by_label(self, moments: Integers) -> list[Mapping[str, float]]:
        """Return the cosine similarity by option of each of some moments."""
        scores = self._rows.scores(self._of_rows, moments)
        labels = self._rows.labels
        return [
            {label: float(one) for label, one in zip(labels, row, strict=True) if not np.isnan(one)}
            for row in scores
        ]


def as_weights(weights: Mapping[str, float] | None, labels: Collection[str]) -> dict[str, float]:
    """Validate weights; options that are not named have the weight 1, or 0 if any is named.

    Raises:
        InvalidInputError: with every weight that is not possible
    """
    if weights is None:
        return dict.fromkeys(labels, 1.0)
    violations: list[Violation] = []
    for label, weight in weights.items():
        if label not in labels:
            violations.append(unknown_value("weights", label, labels))
        elif not (isfinite(weight) and weight >= 0):
            allowed, hint = "a number from 0 on", "0 omits an option"
            violations.append(Violation("weights", f"{label} has {weight}", allowed, hint))
    if not violations and not any(weights.values()):
        allowed, hint = "at least one weight above 0", "Give one, or omit weights"
        violations.append(Violation("weights", "there is none above 0", allowed, hint))
    if violations:
        raise InvalidInputError(violations)
    return {label: float(weight) for label, weight in weights.items()}


def fuse(ranking: Ranking, rows: Rows, options: SearchOptions) -> Fused:
    """Fuse the rankings of the rows of each option into one of moments.

    `rrf` takes ten times as many of each option as there are to be hits, and at least 1,000.
    """
    labelled = _LabelledRows(rows)
    by_label = as_weights(options.weights, labelled.labels)
    in_order = [by_label.get(label, 0.0) for label in labelled.labels]
    if options.fusion == "rrf":
        fused = _by_ranks(ranking, labelled, in_order, max(_MIN_DEPTH, 10 * options.top))
    else:
        fused = _by_weights(ranking, labelled, in_order)
    return Fused(fused, labelled.first_rows, labelled, ranking)


class _LabelledRows:
    """Rows with the option of each, or the input type of what has none.

    Attributes:
        labels: the options and input types that occur
        first_rows: the first row of each moment, shape (M,)
    """

    def __init__(self, rows: Rows) -> None:
        options, types = rows.texts("option"), rows.texts("input_type")
        codes = rows.codes("option").astype(np.int64)
        has_none = codes < 0
        codes[has_none] = len(options) + rows.codes("input_type")[has_none]
        names = [*options, *types]
        used = np.unique(codes)
        self.labels = sorted({names[code] for code in used})
        number = np.zeros(len(names) + 1, np.int64)
        number[used] = [self.labels.index(names[code]) for code in used]
        self.label = number[codes]
        self.moments = rows.moments
        self._by_moment = np.argsort(rows.moments, kind="stable")
        self._ends = np.cumsum(np.bincount(rows.moments))
        self.first_rows = self._by_moment[np.append(0, self._ends[:-1]).astype(np.int64)]

    def rows_of(self, moments: Integers) -> tuple[Integers, Integers]:
        """Return the rows of moments, and for each the place of its moment in these."""
        starts = np.append(0, self._ends)[moments]
        counts = self._ends[moments] - starts
        places = np.repeat(np.arange(len(moments)), counts)
        within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._by_moment[starts[places] + within], places

    def scores(self, ranking: Ranking, moments: Integers) -> Numbers:
        """Return the exact score of each label of moments, shape (M, labels); NaN for none."""
        rows, places = self.rows_of(moments)
        if ranking.allowed is not None:
            allowed = ranking.allowed[rows]
            rows, places = rows[allowed], places[allowed]
        scores = np.full((len(moments), len(self.labels)), np.nan)
        np.fmax.at(scores, (places, self.label[rows]), ranking.exact(rows))
        return scores


def _by_weights(ranking: Ranking, rows: _LabelledRows, weights: Sequence[float]) -> Ranking:
    """Rank moments by the weighted mean of scores; an option that one lacks counts as 0."""
    count = len(rows.first_rows)
    shares = np.array(weights) / sum(weights)
    scores, errors = np.zeros(count), np.zeros(count)
    is_there = np.zeros(count, np.bool_)
    errors_of_rows = np.broadcast_to(ranking.errors, ranking.scores.shape)
    for label, share in enumerate(shares):
        if share:
            some = np.flatnonzero(_allowed(ranking, rows.label == label))
            moments = rows.moments[some]
            most, furthest = np.full(count, -np.inf), np.zeros(count)
            np.maximum.at(most, moments, ranking.scores[some])
            np.maximum.at(furthest, moments, errors_of_rows[some])
            found = most > -np.inf
            scores[found] += share * most[found]
            errors += share * furthest
            is_there |= found

    def exact(moments: Integers) -> Numbers:
        of_labels = np.nan_to_num(rows.scores(ranking, moments))
        total: Numbers = (of_labels * shares).sum(axis=1)
        return total

    order = None if ranking.order is None else ranking.order[rows.first_rows]
    return Ranking(scores, errors, exact, order, is_there)


def _by_ranks(
    ranking: Ranking, rows: _LabelledRows, weights: Sequence[float], depth: int
) -> Ranking:
    """Rank moments by the sum of `weight / (60 + rank)` over the best of each option."""
    scores = np.zeros(len(rows.first_rows))
    for label, weight in enumerate(weights):
        if weight:
            of_label = evolve(ranking, allowed=_allowed(ranking, rows.label == label))
            best, _ = of_label.best(depth)
            moments, places = np.unique(rows.moments[best], return_index=True)
            scores[moments[np.argsort(places)]] += weight / (
                _RANK_CONSTANT + 1 + np.arange(len(moments))
            )
    order = None if ranking.order is None else ranking.order[rows.first_rows]
    return Ranking(scores, np.zeros(1), scores.__getitem__, order, scores > 0)


def _allowed(ranking: Ranking, mask: Mask) -> Mask:
    return mask if ranking.allowed is None else mask & ranking.allowed

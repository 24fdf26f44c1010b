"""The gate of a quota: whether a request may go now. Decisions only: time is passed in.

One gate stands for a whole run, and every attempt passes it, retries too. Four rules, each of them
well known, and the strictest one holds:

- **Sliding window log.** `rpm` and `tpm` hold in every window of a minute, wherever it begins. A
  request counts until a minute after its answer came, because the service may have counted it at
  any time before; of a slow one, five seconds are taken for its way there.
- **Retry-After.** What the service asks of one request, all obey.
- **Pacing by what remains.** The headers `x-ratelimit-<dimension>-limit` and `-remaining` tell how
  much of a quota is left, whoever used the rest. In its last tenth requests go the slower the less
  is left, and none goes when nothing is; they go faster as soon as more is left.
- **AIMD** (additive increase, multiplicative decrease), as TCP has it, for refusals that do not say
  when to come again. Several in a row halve the rate of the requests, and half a minute later it is
  what it was. One alone says nothing of the rate: at a full quota all are refused.

Source of the facts: 429 carries `Retry-After` in seconds (documented); the headers come with every
answer, `x-ratelimit-dimensions: Duration,Request` (seen in real answers). That they speak of a
minute is assumed; when they mean a day, requests only get slower at its end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from twelvelabs_embed.errors import ConfigurationError
from twelvelabs_embed.limits.tables import DEFAULT_MODEL, find_limit

if TYPE_CHECKING:
    from twelvelabs_embed.inputs.builders import EmbedInput

__all__ = ["RateLimiter", "Permit", "Wait", "max_tokens"]

_WINDOW_SEC = 60.0
# The longest time that a request is taken to be on its way before the service counts it.
_LONGEST_WAY_SEC = 5.0
# A day's quota is looked after once in an hour.
_LONGEST_PAUSE_SEC = 3600.0
# The part of a quota that is spread out.
_LAST_PART = 0.1
# So many refusals without an answer between them are no accident.
_TELLING_REFUSALS = 5
# Refusals that say nothing more make requests no rarer than this.
_SLOWEST_PER_SEC = 1.0
_STEPS = 600  # of a window: what counts is forgotten a tenth of a second late at most


@define(eq=False)
class Permit:
    """The leave to send one request. It counts until it is given back or a minute after `leave`.

    Attributes:
        sent_sec: when the request was sent; when the pass was given, until that is told
        tokens: how many it counts for
        turn: which one it is, from 1
        done_before: how many requests were done when it was given
    """

    sent_sec: float
    tokens: int
    turn: int
    done_before: int


@frozen
class Wait:
    """No leave yet: ask again, at the latest after so many seconds.

    Attributes:
        sec: more than 0
        why: the rule that holds it: `rpm`, `tpm`, `Retry-After`, `remaining` or `refusals`
    """

    sec: float
    why: str


class RateLimiter:
    """Keeps requests within a quota. Several runs and threads may share one.

    Args:
        rpm: requests a minute; None for what the service's headers say
        tpm: tokens of text a minute, counted by `max_tokens`; None for any number. A text of more
            goes alone
        window_sec: how long the quota's minute is, for tests

    Attributes:
        waited_sec: how long it has held requests up, in seconds
        held_by: the rule that holds them up now; empty when none does
        in_flight: how many passes are given and not done

    Raises:
        ConfigurationError: a quota of less than one
    """

    def __init__(
        self, rpm: float | None = None, tpm: float | None = None, *, window_sec: float = _WINDOW_SEC
    ) -> None:
        _check_quota("rpm", rpm, "requests")
        _check_quota("tpm", tpm, "tokens")
        self._rpm = rpm
        self._tpm = tpm
        self._has_quota = (rpm, tpm) != (None, None)
        self._window_sec = window_sec
        self._lock = Lock()
        self._log = _Log(window_sec)
        self._turn = 0
        self._done = 0
        self._first_sec = math.inf
        self._last_sec = -math.inf
        self._open_tokens = 0
        self._closed_until_sec = -math.inf
        self._remaining: dict[str, _Remaining] = {}
        self._cut: _Cut | None = None
        self._refused_in_a_row = 0
        self._held_since_sec: float | None = None
        self.waited_sec = 0.0
        self.held_by = ""
        self.in_flight = 0

    @property
    def counts_tokens(self) -> bool:
        """Whether tokens have a quota."""
        return self._tpm is not None

    def enter(self, now_sec: float, tokens: int = 0) -> Permit | Wait:
        """Ask for leave to send a request now."""
        with self._lock:
            self._log.forget(now_sec)
            hold = self._longest_hold(now_sec, tokens)
            self._tell(now_sec, hold)
            if hold is not None:
                return hold
            self._turn += 1
            self._first_sec = min(self._first_sec, now_sec)
            self._last_sec = now_sec
            self.in_flight += 1
            self._open_tokens += tokens
            return Permit(now_sec, tokens, self._turn, self._done)

    def give_back(self, leave: Permit) -> None:
        """A pass with which nothing was sent."""
        with self._lock:
            self._close(leave)

    def leave(
        self,
        leave: Permit,
        now_sec: float,
        status_code: int | None,
        headers: Mapping[str, str],
        asked_sec: float | None = None,
    ) -> None:
        """What came of a request.

        Args:
            leave: its pass
            now_sec: the time now
            status_code: of the answer; None when there was none
            headers: of the answer, names in lower case or of any case
            asked_sec: how long the service asks to wait
        """
        with self._lock:
            self._log.forget(now_sec)
            self._learn(leave, now_sec, headers)
            self._close(leave)
            self._done += 1
            arrived_sec = min(now_sec, leave.sent_sec + _LONGEST_WAY_SEC)
            self._log.add(arrived_sec + self._window_sec, leave.tokens)
            if asked_sec is not None:
                pause_sec = min(asked_sec, _LONGEST_PAUSE_SEC)
                self._closed_until_sec = max(self._closed_until_sec, now_sec + pause_sec)
            elif status_code == 429:
                self._count_refusal(leave, now_sec)
            if status_code is not None and status_code != 429:
                self._refused_in_a_row = 0

    # --- what holds a request up ------------------------------------------------------------------

    def _longest_hold(self, now_sec: float, tokens: int) -> Wait | None:
        if not (
            self._has_quota
            or self._cut is not None
            or self._remaining
            or now_sec < self._closed_until_sec
        ):
            return None  # as mostly; the rest takes longer
        return max(self._holds(now_sec, tokens), key=lambda wait: wait.sec, default=None)

    def _holds(self, now_sec: float, tokens: int) -> Iterator[Wait]:
        if now_sec < self._closed_until_sec:
            yield Wait(self._closed_until_sec - now_sec, "Retry-After")
        if self._rpm is not None and (over := self._calls + 1 - self._rpm) > 0:
            yield Wait(self._log.free_sec(now_sec, over, 0), "rpm")
        if self._tpm is not None:
            used = self._open_tokens + self._log.tokens
            if used and (over := used + tokens - self._tpm) > 0:
                yield Wait(self._log.free_sec(now_sec, 0, min(over, used)), "tpm")
        if self._cut is not None:
            yield from self._until(
                now_sec, self._last_sec + 1 / self._cut.rate(now_sec), "refusals"
            )
        for name, known in self._remaining.items():
            yield from self._until(now_sec, self._by_remaining(name, known, now_sec), "remaining")

    def _by_remaining(self, name: str, known: _Remaining, now_sec: float) -> float:
        """When the next request may go, as far as one dimension is concerned."""
        is_counted = name == "request"
        # Of requests it is known what was sent since, and what no longer counts.
        left = known.our_part - self._calls if is_counted else known.left
        part = left / known.limit / _LAST_PART
        outdated_sec = known.seen_sec + self._window_sec
        if part >= 1 or now_sec >= outdated_sec:
            return -math.inf
        if left >= 1 or (left > 0 and not is_counted):
            next_sec = self._last_sec + 1 / (known.full_rate * part)
        elif is_counted:
            next_sec = now_sec + self._log.free_sec(now_sec, 1 - left, 0)
        else:
            next_sec = outdated_sec
        return min(next_sec, outdated_sec)

    def _until(self, now_sec: float, next_sec: float, why: str) -> Iterator[Wait]:
        if next_sec > now_sec:
            yield Wait(next_sec - now_sec, why)

    @property
    def _calls(self) -> int:
        """How many requests count now."""
        return self.in_flight + self._log.calls

    # --- what is learnt ---------------------------------------------------------------------------

    def _learn(self, leave: Permit, now_sec: float, headers: Mapping[str, str]) -> None:
        named = headers.get("x-ratelimit-dimensions")
        if named is None:
            return
        for name in (word.strip().lower() for word in named.split(",")):
            limit = _number(headers.get(f"x-ratelimit-{name}-limit"))
            left = _number(headers.get(f"x-ratelimit-{name}-remaining"))
            if not limit or left is None:
                continue
            before = self._remaining.get(name)
            if before is not None and now_sec >= before.seen_sec + self._window_sec:
                before = None
            full_rate = (limit if name == "request" else self._calls) / self._window_sec
            if before is not None and left < limit * _LAST_PART:
                full_rate = before.full_rate
            our_part = self._our_part(leave, limit, left, before)
            self._remaining[name] = _Remaining(limit, left, now_sec, our_part, full_rate)

    def _our_part(
        self, leave: Permit, limit: float, left: float, before: _Remaining | None
    ) -> float:
        """How many requests of ours may count at a time: those that do, and those that are left.

        When the service wrote its answer it had counted those that were done when the request was
        sent, and perhaps those that were on their way at the same time.
        """
        done_still_counting = self._log.calls - (self._done - leave.done_before)
        at_least = left + max(0, done_still_counting) + 1
        at_most = left + self._calls
        part = before.our_part if before else 0
        return min(max(min(part, at_most), at_least), limit)

    def _count_refusal(self, leave: Permit, now_sec: float) -> None:
        if self._cut is not None and leave.turn <= self._cut.turn:
            return  # it was on its way when the rate was cut
        self._refused_in_a_row += 1
        if self._refused_in_a_row >= _TELLING_REFUSALS:
            self._slow_down(now_sec)

    def _slow_down(self, now_sec: float) -> None:
        cut = self._cut
        over_sec = min(now_sec - self._first_sec, self._window_sec)
        rate = self._calls / max(over_sec, 1.0)
        growth_per_sec = rate / self._window_sec
        if cut is not None and now_sec < cut.from_sec + self._window_sec:
            # Refused again: that makes requests rarer, but says nothing new about the quota.
            rate, growth_per_sec = min(rate, cut.rate(now_sec)), cut.growth_per_sec
        self._cut = _Cut(
            turn=self._turn,
            from_sec=now_sec,
            requests_per_sec=max(rate / 2, _SLOWEST_PER_SEC),
            growth_per_sec=growth_per_sec,
        )

    # --- the books --------------------------------------------------------------------------------

    def _close(self, leave: Permit) -> None:
        self.in_flight -= 1
        self._open_tokens -= leave.tokens

    def _tell(self, now_sec: float, hold: Wait | None) -> None:
        self.held_by = hold.why if hold else ""
        if self._held_since_sec is not None:
            self.waited_sec += now_sec - self._held_since_sec
        self._held_since_sec = now_sec if hold else None


@frozen
class _Remaining:
    """What an answer said of one dimension.

    Attributes:
        limit: the whole quota
        left: what remained of it
        seen_sec: when it came
        our_part: how many requests of ours may count at a time
        full_rate: requests a second before its last part began
    """

    limit: float
    left: float
    seen_sec: float
    our_part: float
    full_rate: float


@frozen
class _Cut:
    """A rate that was halved and grows again.

    Attributes:
        turn: of the last request before
        from_sec: since when it grows
        requests_per_sec: what it was then
        growth_per_sec: by how much it grows in a second
    """

    turn: int
    from_sec: float
    requests_per_sec: float
    growth_per_sec: float

    def rate(self, now_sec: float) -> float:
        return self.requests_per_sec + self.growth_per_sec * max(0.0, now_sec - self.from_sec)


@define
class _Step:
    calls: int = 0
    tokens: int = 0


@define
class _Log:
    """What counts after it is done. Kept in steps: it does not grow with the number of requests.

    A step is forgotten when the last of it may be, so that nothing is forgotten too early.
    """

    window_sec: float
    calls: int = 0
    tokens: int = 0
    _steps: dict[int, _Step] = field(factory=dict[int, _Step])
    _first_sec: float = math.inf

    @property
    def _step_sec(self) -> float:
        return self.window_sec / _STEPS

    def add(self, until_sec: float, tokens: int) -> None:
        """Count a request until this moment."""
        number = math.ceil(until_sec / self._step_sec)
        step = self._steps.get(number)
        if step is None:
            step = self._steps[number] = _Step()
            self._first_sec = min(self._first_sec, number * self._step_sec)
        step.calls += 1
        step.tokens += tokens
        self.calls += 1
        self.tokens += tokens

    def forget(self, now_sec: float) -> None:
        """Count no longer what is to be forgotten by now."""
        if now_sec < self._first_sec:
            return
        for number in [n for n in self._steps if n * self._step_sec <= now_sec]:
            step = self._steps.pop(number)
            self.calls -= step.calls
            self.tokens -= step.tokens
        self._first_sec = min(self._steps, default=math.inf) * self._step_sec

    def free_sec(self, now_sec: float, calls: float, tokens: float) -> float:
        """In how many seconds so many calls and tokens will have been forgotten."""
        for number in sorted(self._steps):
            calls -= self._steps[number].calls
            tokens -= self._steps[number].tokens
            if calls <= 0 and tokens <= 0:
                return number * self._step_sec - now_sec
        return self.window_sec  # some are on their way; they count at least that long


def _check_quota(name: str, value: float | None, what: str) -> None:
    if value is not None and not value >= 1:
        raise ConfigurationError(f"{name} is {value:g}, but at least 1 of the {what} a minute goes")


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < math.inf else None


# ----------------------------------------------------------------------------------------- tokens

# What tokenizers put before and after a text, and a space in front of its first word.
_ADDED_TOKENS = 3


def max_tokens(input: EmbedInput, model: str = DEFAULT_MODEL) -> int:
    """How many tokens an input's text has at most; 0 for media without text.

    The tokenizer is not public, so this is an upper bound: no token is shorter than a byte of the
    text as tokenizers normalize it, for which NFKD is the longest form. The service refuses texts
    above its limit, so no text counts for more than that.

    Source: the limit `max_text_tokens`. That media has no tokens is assumed: the service counts its
    duration.
    """
    text = input if isinstance(input, str) else getattr(input, "text", None)
    if not isinstance(text, str):
        return 0
    limit = find_limit("max_text_tokens", "text", model=model)
    bound = _longest_bytes(text) + _ADDED_TOKENS
    return bound if limit is None else min(bound, int(limit.value))


def _longest_bytes(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import normalize

    forms = (text, normalize("NFKD", text))
    return max(len(form.encode(errors="replace")) for form in forms)

"""What the two nodes embed, and within which bounds."""

ROWS, PARTITIONS = 240, 4
CONCURRENCY, CALLS, WINDOW_SEC = 8, 100, 5.0
KILLED_AFTER = 150  # each node has done one partition, and is in its second


def text(number: int) -> str:
    """A few fail for ever, some once, in three ways."""
    kind = "permanent " if number % 40 == 7 else "passing " if number % 40 == 20 else ""
    return f"{kind}text {number}"

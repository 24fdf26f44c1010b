"""A process that forks after a call; parent and child then call at the same time.

    python -m tests.faults.forking BASE_URL [shared]

With `shared`, an event loop in another thread sends the requests of the parent. Prints the sockets
of the parent, before and after, and of the child.
"""

import os
import sys
from pathlib import Path

from twelvelabs_embed import TwelveLabs

from tests.clients import shared_connections

_CALLS = 100


def main(base_url: str, is_shared: bool) -> int:
    with TwelveLabs("k", base_url=base_url) as client:
        if is_shared:
            client._runner._transport = shared_connections()
        vectors = [client.embed(f"dog {number}").vector.tolist() for number in range(2)]
        _report("before", _sockets())
        child = os.fork()
        own = vectors[bool(child)]
        # A process that reads the other's responses has the other's vectors.
        is_right = all(
            client.embed(f"dog {int(bool(child))}").vector.tolist() == own for _ in range(_CALLS)
        )
        _report("after" if child else "child", _sockets())
        if not child:
            os._exit(not is_right)
        _, status = os.waitpid(child, 0)
        return int(status != 0 or not is_right)


def _report(name: str, sockets: list[str]) -> None:
    # In one write: two processes write at the same time.
    os.write(sys.stdout.fileno(), f"{name}: {' '.join(sockets)}\n".encode())


def _sockets() -> list[str]:
    found = []
    for path in Path("/proc/self/fd").glob("*"):
        try:
            found.append(os.readlink(path))
        except OSError:  # the folder that was listed
            continue
    return [link for link in found if link.startswith("socket:")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "shared" in sys.argv))

"""Embeds a dataframe on a cluster of two nodes, one of which is killed in the middle.

    python two_nodes.py FOLDER

Writes Parquet files into the folder and prints what the service saw, as JSON.
"""

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import daft
import pyarrow.parquet as pq
import ray
from ray.cluster_utils import Cluster
from twelvelabs_embed.integrations.daft import dataframe
from twelvelabs_embed_emulator import Emulator

from tests.bulk.fault_proxy import Faulty, faulty
from tests.cluster.rows import CALLS, CONCURRENCY, KILLED_AFTER, PARTITIONS, ROWS, WINDOW_SEC, text


def main(folder: str) -> None:
    dataframe.WINDOW_SEC = WINDOW_SEC
    with tempfile.TemporaryDirectory(prefix="ray") as temp, Emulator() as emulator:
        # Whatever its settings, Ray writes an address here, and does not make the folder.
        os.environ["RAY_TMPDIR"] = temp
        Path(temp, "ray").mkdir()
        with faulty(emulator.base_url, delay_sec=0.15) as service:
            node = {"num_cpus": 1, "object_store_memory": 100 << 20}
            head = {**node, "include_dashboard": False, "temp_dir": temp}
            cluster: Any = Cluster(initialize_head=True, head_node_args=head)
            second = cluster.add_node(**node)
            ray.init(address=cluster.address, log_to_driver=False)
            daft.set_runner_ray(cluster.address, noop_if_initialized=True)
            # Not gracefully, as if the machine had lost its power.
            kill = lambda: cluster.remove_node(second, allow_graceful=False)  # noqa: E731
            threading.Thread(target=kill_later, args=(service, kill)).start()
            found = run(service, folder)
            rate_limiters = [
                actor
                for actor in ray.util.list_named_actors(all_namespaces=True)
                if actor["namespace"] == "twelvelabs-embed"
            ]
            rate_limiter: Any = ray.get_actor(**rate_limiters[0])
            found |= {
                "rate_limiters": len(rate_limiters),
                "rate_limiter": ray.get(rate_limiter.stats.remote()),
            }
            found["pause_after_restart_sec"] = pause_after_restart(rate_limiter)
            ray.shutdown()
            cluster.shutdown()
    print(json.dumps(found))


def kill_later(service: Faulty, kill: Callable[[], object]) -> None:
    while len(service.times) < KILLED_AFTER:
        time.sleep(0.02)
    kill()


def pause_after_restart(rate_limiter: Any) -> float:
    """How long nothing goes once the actor died and Ray has started it again."""
    before: Any = ray.get(rate_limiter.stats.remote())
    ray.kill(rate_limiter, no_restart=False)
    until_sec = time.monotonic() + 60
    while time.monotonic() < until_sec:
        try:
            stats: Any = ray.get(rate_limiter.stats.remote())
        except ray.exceptions.ActorUnavailableError:
            continue
        # It counts anew; a worker that lingers may have asked it already.
        if stats["exchanges"] < before["exchanges"]:
            return float(stats["paused_sec"])
        time.sleep(0.1)  # it is not dead yet
    raise AssertionError("the actor was not started again")


def run(service: Faulty, folder: str) -> dict[str, Any]:
    rows = {"number": list(range(ROWS)), "text": [text(number) for number in range(ROWS)]}
    df = daft.from_pydict(rows).into_partitions(PARTITIONS)
    df = dataframe.embed(
        df,
        "text",
        type="text",
        concurrency=CONCURRENCY,
        rpm=CALLS,
        batch_size=20,
        api_key="any",
        base_url=service.base_url,
    )
    began_sec = time.monotonic()
    paths = df.write_parquet(folder).to_pydict()["path"]
    seconds = time.monotonic() - began_sec
    times_sec = sorted(service.times)
    in_window = [sum(0 <= b - a < WINDOW_SEC for b in times_sec) for a in times_sec]
    return {
        "paths": [str(Path(path).resolve()) for path in paths],
        "rows": sum(pq.read_metadata(path).num_rows for path in paths),
        "seconds": round(seconds, 1),
        "calls": len(times_sec),
        "max_in_window": max(in_window),
        "max_in_flight": service.max_open,
        "paid_again": sum(service.sent.values()) - len(service.sent),
    }


if __name__ == "__main__":
    os.environ["RAY_DISABLE_DASHBOARD"] = "1"
    main(sys.argv[1])

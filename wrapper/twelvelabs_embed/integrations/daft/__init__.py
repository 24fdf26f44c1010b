"""Columns of Daft dataframes, embedded on one machine or on a Ray cluster by the same code.

    import daft
    from twelvelabs_embed.integrations.daft import embed

    videos = daft.from_glob_path("videos/*.mp4")
    videos = embed(videos, "path", type="video", concurrency=32, rpm=600)
    videos.where(videos["error"].is_null()).explode("embeddings").write_parquet("vectors")

| module | contents |
|---|---|
| `dataframe` | `embed`: the new columns, and one batch of rows in a worker |
| `engine` | one run of `client.embed.many` in each process, shared by Daft's threads |
| `cluster_rate_limiter` | one rate limit for all workers: the limiter, and each worker's leases |
| `ray_actor` | the named Ray actor that runs the limiter |

Daft calls its function with batches of rows in several threads of each process. They all pass their
rows to one engine of the process, which alone bounds the number of concurrent requests: Daft's own
bound did not hold when it was measured.

On Ray a named actor keeps the rate limiter of the whole cluster. Workers lease a few permits at a
time, so that it is called a few times a second and not for each request, and report the result of
each request. When a worker times out, its permits count as used, and the other workers get its
share of the concurrency. When the actor itself dies, Ray restarts it, and it grants no permits for
a minute, because the requests before the restart are unknown.
"""

from twelvelabs_embed.integrations.daft.cluster_rate_limiter import ClusterRateLimiter
from twelvelabs_embed.integrations.daft.dataframe import embed

__all__ = ["ClusterRateLimiter", "embed"]

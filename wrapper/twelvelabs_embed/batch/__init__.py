"""Batches of inputs: worker pool, rate limiter, admission control, input streams.

| module | contents |
|---|---|
| `jobs` | jobs, their results and their concurrency, as data |
| `plan` | what is run: `plan_inputs` for `client.embed.many`, `plan_jobs` |
| `worker_pool` | the engine, which is awaited |
| `blocking` | the engine in a thread of its own, for the blocking client |
| `admission` | slots, permits and bytes in flight: when each request may be sent |
| `rate_limiter`, `sliding_window`, `token_count` | quotas: `rpm`, `tpm`, Retry-After, backoff |
| `input_stream` | reading items from memory, async iterables and blocking iterators |
"""

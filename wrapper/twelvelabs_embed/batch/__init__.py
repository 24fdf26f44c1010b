"""Batches of inputs: worker pool, rate limiter, admission control, input streams.

| module | contents |
|---|---|
| `jobs` | jobs, their results and their concurrency, as data |
| `plan` | what is run: `plan_inputs` for `client.embed.many`, `plan_jobs` |
| `worker_pool` | the engine, which is awaited |
| `blocking` | the engine in a thread of its own, for the blocking client |
| `admission`, `slots`, `byte_budget` | when each request may be sent: permits, bytes in flight |
| `rate_limiter` | quotas: `rpm`, `tpm`, Retry-After, backoff |
| `sliding_window`, `observed_quota`, `media_quota`, `token_count` | what it counts and learns |
| `input_stream` | reading items from memory, async iterables and blocking iterators |
"""

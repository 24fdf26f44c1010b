"""Batches of inputs: worker pool, rate limiter, admission control, input streams."""

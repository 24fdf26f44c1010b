"""Validation of requests: the OpenAPI contract, documented limits, and the rules of each model."""

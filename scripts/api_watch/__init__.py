"""Comparisons of OpenAPI documents: what changed, and which code it affects."""

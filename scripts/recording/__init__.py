"""Recording of cassettes, and comparisons of their schemas."""

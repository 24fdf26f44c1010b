"""Code generation: the low-level client, and comparisons of two generated clients."""

"""Media files: where they come from, and how they are opened and validated."""

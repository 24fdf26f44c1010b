"""State of the emulator: one SQLite file, a clock of its own, and jobs in the background."""

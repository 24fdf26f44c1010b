"""Checks of the built wheel in clean environments."""

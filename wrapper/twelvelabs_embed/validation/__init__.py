"""Validation of inputs before they are sent: media probing, rules, routing."""

"""The vendor SDK's `wrapper`."""

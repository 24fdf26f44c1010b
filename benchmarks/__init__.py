"""Our client and the vendor's SDK, measured side by side. README.md explains each line."""

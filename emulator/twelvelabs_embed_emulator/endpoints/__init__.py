"""What the operations of the API do, and the storage host for the chunks of uploads."""

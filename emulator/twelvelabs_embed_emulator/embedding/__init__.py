"""From a request to vectors: nothing here is a model, but similar content has similar vectors."""

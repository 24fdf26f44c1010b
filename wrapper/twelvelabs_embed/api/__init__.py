"""The vendor's calling style: embeddings, tasks, assets, multipart uploads; and polling."""

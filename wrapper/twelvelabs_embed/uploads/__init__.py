"""Resumable uploads, the resume store that survives crashes, and progress."""

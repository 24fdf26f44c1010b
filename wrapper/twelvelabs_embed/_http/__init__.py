"""HTTP: effects and runners, requests with retries, endpoints, codecs, redaction, telemetry."""

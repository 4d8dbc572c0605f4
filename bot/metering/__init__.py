"""Where what :class:`engine.ports.Meter` is told goes: to Prometheus when embedded, to CloudWatch on AWS."""

"""The contracts of storage and host, as pytest suites that a host's own tests can import."""

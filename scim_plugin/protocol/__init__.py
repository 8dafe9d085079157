"""What RFC 7643 and RFC 7644 say, as values: no I/O, no storage, no HTTP, no identity provider."""

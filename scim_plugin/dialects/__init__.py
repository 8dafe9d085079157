"""Everything that a named identity provider does differently from the RFCs."""

"""Everything that an identity provider does differently from the RFC: each departure named, sourced and counted."""

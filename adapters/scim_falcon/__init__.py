"""The inbound HTTP adapter: SCIM over WSGI, spoken with Falcon."""

"""A SCIM 2.0 service provider for a host application; this core needs the standard library only."""

"""The wiring: what a host calls to get the use cases and the WSGI application over its own members and groups."""

from scim_container.container import Container

__all__ = ["Container"]

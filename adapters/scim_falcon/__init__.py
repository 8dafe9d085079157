"""The inbound HTTP adapter: SCIM over WSGI, spoken with Falcon."""

from scim_falcon.app import create_app
from scim_falcon.settings import HttpSettings

__all__ = ["HttpSettings", "create_app"]

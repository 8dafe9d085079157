"""Schema files: the schemas and resource types of an integration in TOML, with the names of RFC 7643 §6 and §7.

::

    [[schemas]]
    id = "urn:example:params:scim:schemas:extension:badge:2.0:User"
    name = "Badge"

    [[schemas.attributes]]
    name = "number"
    uniqueness = "server"

    [[resourceTypes]]
    name = "User"
    schemaExtensions = [{schema = "urn:example:params:scim:schemas:extension:badge:2.0:User", required = false}]

``docs/schemas.md`` has more. What is not said has the default of RFC 7643 §2.2.
"""

from __future__ import annotations

import tomllib

from scim_marshmallow.settings import SettingsError
from scim_plugin.protocol.catalogue import Catalogue
from scim_plugin.protocol.declaration import InvalidDeclaration, declare


def load_schemas(text: str) -> Catalogue:
    """Return what a schema file declares; an empty one declares nothing. Raises SettingsError with every problem."""
    try:
        return declare(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"The file is not TOML: {error}"]) from None
    except InvalidDeclaration as error:
        raise SettingsError(list(error.problems)) from None

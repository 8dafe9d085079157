"""The settings of an integration as an administrator writes and reads them, and the values of the core.

What is checked here is shape: names, types and the words that a setting knows. Whether a mapping fits the schemas and
the host's members is the core's word (:func:`scim_plugin.use_cases.integration_draft.check_settings`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields, post_load, validate

from scim_marshmallow.problems import problems_of
from scim_plugin.dialects.dialect import PERMITTED
from scim_plugin.protocol.catalogue import Catalogue
from scim_plugin.protocol.declaration import InvalidDeclaration, declare
from scim_plugin.provisioning.integration import (
    Deprovisioning,
    GroupPolicy,
    Integration,
    NestedGroups,
    PasswordPolicy,
)
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import Direction, Rule
from scim_plugin.use_cases.integration_draft import MAX_DESCRIPTION, MAX_NAME, IntegrationDraft

_E = TypeVar("_E", bound=StrEnum)

_LINKING = tuple(tier for tier in Tier if tier is not Tier.ADOPT)


class SettingsError(ValueError):
    """Settings that cannot be used. ``problems`` has one sentence for each, all of them."""

    def __init__(self, problems: list[str]) -> None:
        """Keep the *problems*, so that they can be mended at once."""
        self.problems = tuple(problems)
        super().__init__(" ".join(f"{problem.removesuffix('.')}." for problem in problems))


def _choice(enum: type[_E], allowed: tuple[_E, ...] = ()) -> fields.Enum[_E]:
    words = allowed or tuple(enum)
    error = f"must be one of {', '.join(words)}"
    check = validate.OneOf(words, error=error)
    return fields.Enum(enum, by_value=True, validate=check, error_messages={"unknown": error, "invalid": error})


def _text(longest: int, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=longest, error=f"has {longest} characters at most"), **options)


class Declaration(fields.Field[Catalogue]):
    """The schemas and resource types of an integration, as docs/schemas.md has them; empty: no more than the usual."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return json.loads(value.declaration or "{}")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Catalogue:
        try:
            return declare(value)
        except InvalidDeclaration as error:
            raise ValidationError(list(error.problems)) from None


class RuleSettings(Schema):
    """One mapping rule, as in ``[[rule]]`` of a mapping file."""

    path = _text(1000, required=True)
    field = _text(200, required=True)
    direction = _choice(Direction)
    on_create_only = fields.Boolean(truthy={True}, falsy={False})

    @post_load
    def _to_rule(self, data: dict[str, Any], **_: Any) -> Rule:
        return Rule(**data)


class IntegrationSettings(Schema):
    """All settings of an integration. Loading leaves out what is not given; nothing is required."""

    name = _text(MAX_NAME)
    type = fields.String(
        validate=validate.OneOf(sorted(PERMITTED), error=f"must be one of {', '.join(sorted(PERMITTED))}")
    )
    description = _text(MAX_DESCRIPTION)
    default_group = _text(1000, allow_none=True)
    external_id_key = _text(200, allow_none=True)
    mapping = fields.List(fields.Nested(RuleSettings))
    linking = fields.List(_choice(Tier, _LINKING))
    deprovisioning = _choice(Deprovisioning)
    groups = _choice(GroupPolicy)
    nested_groups = _choice(NestedGroups)
    passwords = _choice(PasswordPolicy)
    matching = fields.List(_text(1000))
    catalogue = Declaration()


_INTEGRATION = IntegrationSettings()


def load_settings(data: Mapping[str, object]) -> IntegrationDraft:
    """Return the settings in *data*, to be added or updated; what is not named there is None. Raises SettingsError.

    ``default_group`` and ``external_id_key`` null take the setting away.
    """
    try:
        values: dict[str, Any] = _INTEGRATION.load(data)
    except ValidationError as error:
        raise SettingsError(problems_of(error.messages)) from None
    for name in ("default_group", "external_id_key"):
        if name in values and values[name] is None:
            values[name] = ""
    for name in ("mapping", "linking", "matching"):
        if name in values:
            values[name] = tuple(values[name])
    return IntegrationDraft(**values)


def dump_settings(integration: Integration) -> dict[str, Any]:
    """Return the settings of *integration* as JSON values; :func:`load_settings` reads them back.

    ``default_group`` is the host's id of the group here, its name is what is loaded: the caller translates.
    """
    settings: dict[str, Any] = _INTEGRATION.dump(integration)
    return settings

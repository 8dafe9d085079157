"""What an administrator's request can fail with, and how an integration is found by what a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scim_plugin.ports import UnitOfWork
    from scim_plugin.provisioning.integration import Integration


class AdministrationError(Exception):
    """A request of an administrator that cannot be carried out. ``str()`` says why, and what to do instead."""


class IntegrationNotFound(AdministrationError):
    """No integration has this id or name. ``reference`` is what was asked for."""

    def __init__(self, reference: str) -> None:
        """Keep the *reference*."""
        super().__init__(reference)
        self.reference = reference

    def __str__(self) -> str:
        """Say where the right one can be found."""
        return f"There is no integration '{self.reference}'. The list of integrations shows their ids and names."


class AmbiguousName(AdministrationError):
    """Several integrations bear this name. ``ids`` tells which."""

    def __init__(self, name: str, ids: Iterable[str]) -> None:
        """Keep the *name* and the *ids* of all that bear it."""
        super().__init__(name)
        self.name = name
        self.ids = tuple(ids)

    def __str__(self) -> str:
        """Ask for an id instead."""
        return f"Several integrations are called '{self.name}'. Use an id instead: {', '.join(self.ids)}."


class SecretNotFound(AdministrationError):
    """No secret key has this id. ``reference`` is what was asked for, never a whole key."""

    def __init__(self, reference: str) -> None:
        """Keep the *reference*."""
        super().__init__(reference)
        self.reference = reference

    def __str__(self) -> str:
        """Say where the right one can be found."""
        return f"There is no secret with the id '{self.reference}'. The list of an integration's secrets shows them."


class InvalidSettings(AdministrationError):
    """Settings of an integration that cannot work. ``problems`` has one sentence for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the *problems*, all of them, so that they can be mended at once."""
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return the problems, one sentence after the other."""
        return " ".join(self.problems)


class AnotherIsEnabled(AdministrationError):
    """The tenant has an enabled integration already, and the host allows one at a time. ``other`` is that one."""

    def __init__(self, other: Integration) -> None:
        """Keep the *other* integration."""
        super().__init__(other.id)
        self.other = other

    def __str__(self) -> str:
        """Say what to disable first."""
        return (
            f"The tenant '{self.other.tenant}' already has an enabled integration, '{self.other.name}' "
            f"({self.other.id}), and only one may be enabled at a time. Disable that one first."
        )


def find_integration(unit: UnitOfWork, reference: str, tenant: str | None = None) -> Integration:
    """Return the integration whose id, or whose name within *tenant* (None: anywhere), is *reference*.

    Raises IntegrationNotFound, AmbiguousName.
    """
    found = unit.integrations.get(reference)
    if found is not None and tenant in (None, found.tenant):
        return found
    named = [integration for integration in unit.integrations.list(tenant) if integration.name == reference]
    if not named:
        raise IntegrationNotFound(reference)
    if len(named) > 1:
        raise AmbiguousName(reference, (integration.id for integration in named))
    return named[0]

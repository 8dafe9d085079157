"""The command ``scim-plugin``: set up and look after the standalone server.

A mistake of the person at the keyboard ends in one line on standard error, never in a traceback.
"""

from __future__ import annotations

from typing import Any

import click

from scim_cli.session import Session
from scim_container.settings import InvalidSetting
from scim_container.standalone import OldSchema
from scim_plugin.ports import StaleVersion
from scim_plugin.protocol.errors import ScimError
from scim_plugin.provisioning.member import GroupRefused, MemberRefused
from scim_plugin.use_cases.administration import AdministrationError

_EXPECTED = (AdministrationError, GroupRefused, InvalidSetting, MemberRefused, OldSchema, ScimError)


class _Root(click.Group):
    """Turns everything that can be expected to go wrong into one line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except _EXPECTED as error:
            raise click.ClickException(str(error)) from error
        except StaleVersion as error:
            raise click.ClickException("Somebody else changed this at the same moment. Try again.") from error
        except BrokenPipeError:
            raise  # whoever reads our output has read enough: Click ends quietly
        except OSError as error:
            raise click.ClickException(f"{error.strerror or error}: {error.filename}") from error


@click.group(cls=_Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="scim-plugin", prog_name="scim-plugin")
@click.pass_context
def main(ctx: click.Context) -> None:
    """SCIM 2.0 provisioning of members and groups.

    Settings come from environment variables (SCIM_DATABASE_URL, SCIM_PUBLIC_URL, ...): see docs/settings.md.
    """
    ctx.obj = Session()
    ctx.call_on_close(ctx.obj.close)


def _add_commands() -> None:
    from scim_cli import field, group, integration, member, secret, serve, upkeep

    main.add_command(serve.serve)
    main.add_command(integration.integration)
    main.add_command(secret.secret)
    main.add_command(field.field)
    main.add_command(member.member)
    main.add_command(group.group)
    main.add_command(upkeep.check)
    main.add_command(upkeep.migrate)
    main.add_command(upkeep.log)


_add_commands()

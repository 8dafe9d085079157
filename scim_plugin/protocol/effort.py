"""How much one PATCH may look at: a message of a thousand filters on a hundred long values is refused, not worked off.

While it is worked off, it holds the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import TooMany
from scim_plugin.protocol.filter import And, Not, Or

if TYPE_CHECKING:
    from scim_plugin.protocol.filter import Filter

MAX_EFFORT = 1 << 23
"""Characters that are compared: those of the values, once for each comparison of the filter."""


class Effort:
    """What the filters of one PATCH may still look at."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        """Begin with MAX_EFFORT."""
        self.left = MAX_EFFORT

    def spend(self, characters: int, tree: Filter) -> None:
        """Let *tree* look at values of so many *characters*. Raises TooMany."""
        self.left -= characters * _comparisons(tree)
        if self.left < 0:
            detail = "The filters of this PATCH have to look at too many values: send fewer operations at a time."
            raise TooMany(detail)


def _comparisons(tree: Filter) -> int:
    if isinstance(tree, (And, Or)):
        return sum(map(_comparisons, tree.operands))
    return _comparisons(tree.operand) if isinstance(tree, Not) else 1

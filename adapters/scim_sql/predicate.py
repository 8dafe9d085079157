"""A bound filter as the text of an SQL condition, which says for each row what the core's evaluator says.

* Only ``IS NOT TRUE`` negates: what SQL does not know is then false everywhere, as the evaluator has it.
* Literals are never in the text. A fragment names by number the literals that its ``?`` stand for.
* In ``and`` and ``or`` the deepest operand comes first, so that the parser's stack (100 in SQLite) holds any filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from scim_plugin.protocol.comparison import AllOf, AnyOf, Compare, IsPresent, NotBound, SomeValue
from scim_plugin.protocol.schema import Target
from scim_sql.digests import digest
from scim_sql.places import HOLDERS_OF_REFERENCE, Elements, Places, is_computed, is_meta, kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scim_plugin.protocol.comparison import BoundFilter

Slot: TypeAlias = "tuple[int, Callable[[Any], Any]]"
"""The number of a literal (0: the integration's id), and what is bound for it."""

INTEGRATION_ID = 0
_SYMBOLS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_LARGEST = 2**63 - 1
_MATCHING = (
    "SELECT x.resource_serial FROM scim_match x WHERE x.integration_id = ? AND x.attribute = {} AND x.digest = ?"
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a condition, its parameters in order, and how deep it is nested."""

    text: str
    slots: tuple[Slot, ...] = ()
    depth: int = 0


class Predicate:
    """One compilation of a filter; ``indexed`` are canonical paths that the table of matches covers."""

    def __init__(self, places: Places, indexed: frozenset[str]) -> None:
        """Start with the first literal."""
        self._places = places
        self._dialect = places.dialect
        self._indexed = indexed
        self._literal = INTEGRATION_ID

    def compile(self, bound: BoundFilter) -> Fragment:
        """Return the condition on the row ``r`` that *bound* is."""
        if isinstance(bound, Compare):
            return self._compare(bound)
        if isinstance(bound, IsPresent):
            return self._is_present(bound.target)
        if isinstance(bound, SomeValue):
            return self._some_value(bound)
        return self._connected(bound, self.compile)

    def _connected(self, bound: NotBound | AllOf | AnyOf, compiled: Callable[[Any], Fragment]) -> Fragment:
        if isinstance(bound, NotBound):
            part = compiled(bound.operand)
            return Fragment(f"({part.text}) IS NOT TRUE", part.slots, part.depth + 1)
        parts = [compiled(part) for part in bound.operands]
        return _joined(parts, " AND " if isinstance(bound, AllOf) else " OR ")

    # ---------------------------------------------------------------------------------------------------- the resource

    def _compare(self, bound: Compare) -> Fragment:
        number = self._next_literal()
        if bound.operator == "eq":
            indexed = self._indexed_equality(bound.target, number)
            if indexed is not None:
                return indexed
        if not bound.target.attribute.multi_valued:
            return self._test(self._places.value(bound.target), bound, number)
        elements, value = self._places.elements(bound.target), self._places.element_value(bound.target)
        if bound.operator != "ne":
            return _existing(elements, self._test(value, bound, number))
        absent = Fragment("NOT " + elements.exists(f"{value} IS NOT NULL"))
        return _joined([absent, _existing(elements, Fragment(f"{value} <> ?", ((number, bindable),)))], " OR ")

    def _indexed_equality(self, target: Target, number: int) -> Fragment | None:
        attribute, name = target.attribute, str(target)
        if name == self._places.resource_type.key and not attribute.case_exact:
            return Fragment("r.name_key = ?", ((number, digest),))
        if name == "externalId":
            return Fragment("r.external_key = ?", ((number, digest),))
        return self._holders(name, number)

    def _holders(self, name: str, number: int) -> Fragment | None:
        if name in self._indexed:
            matching = _MATCHING.format(self._dialect.text_literal(name))
            return Fragment(f"r.serial IN ({matching})", ((INTEGRATION_ID, _as_it_is), (number, digest)))
        holders = HOLDERS_OF_REFERENCE.get(name)
        if holders is None:
            return None
        slots = ((INTEGRATION_ID, _as_it_is), (number, _as_it_is))
        return Fragment(f"r.serial IN ({holders})", slots)

    def _is_present(self, target: Target) -> Fragment:
        if target.attribute.multi_valued:
            elements, value = self._places.elements(target), self._places.element_value(target)
            if target.leaf.type != "complex":
                return Fragment(elements.exists(self._is_assigned(value, target)))
            return Fragment(elements.exists("1 = 1" if is_computed(target) else self._dialect.is_filled(value)))
        if is_meta(target):
            return Fragment("1 = 1")
        return Fragment(self._is_assigned(self._places.value(target), target))

    def _is_assigned(self, value: str, target: Target) -> str:
        kind_of_value = kind(target.leaf)
        if kind_of_value == "json":
            return self._dialect.is_filled(value)
        return f"{value} <> ''" if kind_of_value == "text" else f"{value} IS NOT NULL"

    # ---------------------------------------------------------------------------------------------- one of its values

    def _some_value(self, bound: SomeValue) -> Fragment:
        parent, first = bound.target, self._literal + 1
        if not parent.attribute.multi_valued:
            condition = self._condition(bound.condition, self._places.value)
            if is_meta(parent):
                return condition
            return _joined([Fragment(f"{self._places.value(parent)} IS NOT NULL"), condition], " AND ")
        condition = self._condition(bound.condition, self._places.element_value)
        exists = _existing(self._places.elements(parent), condition)
        # An index finds the resources, the bracket is then tested on each.
        holders = [self._holders(str(part.target), number) for part, number in _conjoined(bound.condition, first)]
        return _joined([exists, *(found for found in holders if found is not None)], " AND ")

    def _condition(self, bound: BoundFilter, value: Callable[[Target], str]) -> Fragment:
        if isinstance(bound, Compare):
            return self._test(value(bound.target), bound, self._next_literal())
        if isinstance(bound, IsPresent):
            return Fragment(self._is_assigned(value(bound.target), bound.target))
        if isinstance(bound, SomeValue):
            message = "Value filters do not nest."
            raise TypeError(message)
        return self._connected(bound, lambda part: self._condition(part, value))

    # ----------------------------------------------------------------------------------------------------- comparisons

    def _test(self, value: str, bound: Compare, number: int) -> Fragment:
        operator = bound.operator
        if operator == "ne":
            return Fragment(f"({value} = ?) IS NOT TRUE", ((number, bindable),), 1)
        if operator in _SYMBOLS:
            return Fragment(f"{value} {_SYMBOLS[operator]} ?", ((number, bindable),))
        if operator == "co":
            return Fragment(self._dialect.contains(value), ((number, bindable),))
        text = self._dialect.starts_with(value) if operator == "sw" else self._dialect.ends_with(value)
        return Fragment(text, ((number, len), (number, bindable)))

    def _next_literal(self) -> int:
        self._literal += 1
        return self._literal


def _joined(parts: Sequence[Fragment], word: str) -> Fragment:
    if len(parts) == 1:
        return parts[0]
    ordered = sorted(parts, key=lambda part: -part.depth)
    slots = tuple(slot for part in ordered for slot in part.slots)
    return Fragment(f"({word.join(part.text for part in ordered)})", slots, ordered[0].depth + 1)


def _existing(elements: Elements, condition: Fragment) -> Fragment:
    return Fragment(elements.exists(condition.text), condition.slots, condition.depth + 1)


def _conjoined(bound: BoundFilter, number: int) -> Iterator[tuple[Compare, int]]:
    """Yield the equalities that must all hold, with the numbers of their literals."""
    if isinstance(bound, Compare) and bound.operator == "eq":
        yield bound, number
    elif isinstance(bound, AllOf):
        for part in bound.operands:
            yield from _conjoined(part, number)
            number += sum(1 for _ in literals(part))


def literals(bound: BoundFilter) -> Iterator[Any]:
    """Yield the literals of *bound*, in the order in which they are numbered."""
    if isinstance(bound, Compare):
        yield bound.value
    elif isinstance(bound, (AllOf, AnyOf)):
        for part in bound.operands:
            yield from literals(part)
    elif isinstance(bound, NotBound):
        yield from literals(bound.operand)
    elif isinstance(bound, SomeValue):
        yield from literals(bound.condition)


def bindable(value: Any) -> Any:
    """Return *value* as a driver takes it: an integer beyond 64 bits compares like the float nearest to it."""
    if isinstance(value, int) and abs(value) > _LARGEST:
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    return value


def _as_it_is(value: Any) -> Any:
    return value

"""Every operation gets the ports that its types ask for."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

import pytest

from domain.accounts import KnownAccounts
from domain.chats import Channel
from domain.invoices import InvoiceMoment
from domain.messaging.budgets import FirstBudget
from domain.messaging.quota import MonthlyQuota
from domain.messaging.spending import Spending
from domain.payments import PayeeAccount
from domain.proofs import ProofRules
from services.catalogue.registry import LookUp
from services.invoices.closing import InvoiceRules
from services.money.account_numbers import OwnNumbers
from services.money.second_person import SecondPersonAbove
from services.operation import Operation, wire
from services.operations import Operations, build_operations
from services.ordering.licensed import AskVendor
from services.people.people import Approval
from services.ports import Clock, Units, WorkbookReader
from services.ports.checkups import Check
from storage.database import Database
from tests.support.builders import CHANNELS, PAYEE
from tests.support.clock import FixedClock
from tests.support.workbooks import JsonWorkbooks

CHECKS: tuple[Check, ...] = ()


def _operations(group: Any) -> Iterator[Operation]:
    for field in fields(group):
        one = getattr(group, field.name)
        if isinstance(one, Operation):
            yield one
        else:
            yield from _operations(one)


def test_each_field_of_each_operation_is_the_port_of_its_type(database: Database, clock: FixedClock) -> None:
    workbooks, look_up = JsonWorkbooks(), LookUp(database, clock, None)
    rules = InvoiceRules(InvoiceMoment.ACTIVATED)
    ports: dict[Any, Any] = {
        Units: database,
        Clock: clock,
        PayeeAccount: PAYEE,
        tuple[Channel, ...]: CHANNELS,
        WorkbookReader: workbooks,
        Approval: True,
        LookUp: look_up,
        InvoiceRules: rules,
        KnownAccounts: KnownAccounts(("0123456789",), ()),
        SecondPersonAbove: 20_000_000,
        MonthlyQuota: MonthlyQuota(3_000),
        Spending: Spending(1_000, 10_000),
        FirstBudget: FirstBudget(30),
        OwnNumbers: True,
        ProofRules: ProofRules(frozenset({Channel.EMAIL}), 500),
        tuple[Check, ...]: CHECKS,
        AskVendor: AskVendor(database, clock, None),
    }
    built = build_operations(
        *(database, clock, PAYEE, CHANNELS, workbooks, True, look_up, rules),
        accounts=ports[KnownAccounts],
        second_person_above=ports[SecondPersonAbove],
        quota=ports[MonthlyQuota],
        spending=ports[Spending],
        budget=ports[FirstBudget],
        own_numbers=ports[OwnNumbers],
        proofs=ports[ProofRules],
        checks=CHECKS,
        ask_vendor=ports[AskVendor],
    )
    found = list(_operations(built))
    names: dict[Any, set[str]] = {kind: set() for kind in ports}
    for operation in found:
        hints = get_type_hints(type(operation))
        assert set(hints) == {field.name for field in fields(operation)}
        for name, kind in hints.items():
            one = getattr(operation, name)
            if isinstance(one, Operation):
                # What decides about several has the operation on one.
                assert type(one) is kind
            else:
                assert one is ports[kind], (operation, name)
                names[kind].add(name)
    assert len(found) == len({type(one) for one in found}) >= 157
    assert all(len(called) == 1 for called in names.values()), "a port has one name in all operations"


def test_without_a_look_up_there_is_one_that_asks_no_registry(database: Database, clock: FixedClock) -> None:
    built = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())
    look_up = built.look_up_tax_code.look_up
    assert not look_up.on
    assert built.intakes.receive_text.look_up is built.intakes.fill_gaps.look_up is look_up
    assert built.register_firm.approval is False


@dataclass(frozen=True, slots=True)
class _Paying(Operation):
    payee: PayeeAccount


@dataclass(frozen=True, slots=True)
class _Answering(Operation):
    sure: bool = False


@dataclass(frozen=True, slots=True)
class _Group:
    pay: _Paying


@dataclass(frozen=True, slots=True)
class _All:
    group: _Group


def test_groups_are_built_with_their_operations() -> None:
    ports = {Units: object(), Clock: object(), PayeeAccount: PAYEE}
    assert wire(_All, ports) == _All(_Group(_Paying(ports[Units], ports[Clock], PAYEE)))  # type: ignore[arg-type]


def test_a_field_that_no_port_fits_is_named() -> None:
    with pytest.raises(TypeError, match="no port of type"):
        wire(_All, {Units: object(), Clock: object()})
    with pytest.raises(TypeError, match=r"_Answering\.sure: there is no port of type <class 'bool'>"):
        wire(_Answering, {Units: object(), Clock: object()})


def test_a_port_that_no_operation_asks_for_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"no operation asks for .*PayeeAccount"):
        wire(_Answering, {Units: object(), Clock: object(), bool: True, PayeeAccount: PAYEE})


def test_operations_are_wired_anew_for_other_ports(database: Database, clock: FixedClock) -> None:
    """The types' demands are remembered, the ports are not."""
    first = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())
    second = build_operations(database, clock, PAYEE, (), JsonWorkbooks())
    assert (first.place_order.channels, second.place_order.channels) == (CHANNELS, ())
    assert isinstance(second, Operations)

"""All routers in the order they are asked: errors, commands, flows, then the fallback."""

from aiogram import Router

from dialogs import commands, errors, fallback, replies, typed
from dialogs.activation.activations import activations_dialog
from dialogs.back_office.dialogs import back_office_dialogs
from dialogs.catalogue.accounting import accounting_dialog
from dialogs.catalogue.corrections import correction_dialog
from dialogs.catalogue.customer_timeline import timeline_dialog
from dialogs.catalogue.dialog import customers_dialog
from dialogs.catalogue.merging import merging_dialog
from dialogs.catalogue.new_customer import new_customer_dialog
from dialogs.catalogue.personal_data import personal_data_dialog
from dialogs.intakes.dialog import intakes_dialog
from dialogs.intents import draw_unique_ids
from dialogs.invoices.dialog import invoices_dialog
from dialogs.messaging.notices import notices_dialog
from dialogs.money.choosing import choosing_dialog
from dialogs.money.claiming import claiming_dialog
from dialogs.money.payments import payments_dialog
from dialogs.ordering.dialog import ordering_dialog
from dialogs.ordering.other_form import other_form_dialog
from dialogs.orders.changes import changing_dialog
from dialogs.orders.dialog import orders_dialog
from dialogs.people import linking
from dialogs.people.account import account_dialog
from dialogs.people.chats import chats_dialog
from dialogs.people.menu import menu_dialog
from dialogs.people.registration import registration_dialog
from dialogs.people.staff import staff_dialog


def build_router() -> Router:
    """A fresh router; a dialog can belong to one dispatcher only."""
    draw_unique_ids()
    router = Router(name="conversation")
    router.include_routers(
        errors.build(),
        # This comes before the commands: a link with a code is a /start.
        linking.build(),
        commands.build(),
        replies.build(),
        typed.build(),
        # A tap goes from router to router until one takes it, and most taps are made in an order.
        ordering_dialog(),
        registration_dialog(),
        menu_dialog(),
        notices_dialog(),
        chats_dialog(),
        account_dialog(),
        staff_dialog(),
        customers_dialog(),
        merging_dialog(),
        personal_data_dialog(),
        new_customer_dialog(),
        accounting_dialog(),
        intakes_dialog(),
        timeline_dialog(),
        correction_dialog(),
        other_form_dialog(),
        orders_dialog(),
        activations_dialog(),
        payments_dialog(),
        choosing_dialog(),
        changing_dialog(),
        claiming_dialog(),
        invoices_dialog(),
        *back_office_dialogs(),
        fallback.build(),
    )
    return router

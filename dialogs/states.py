"""The windows of every flow. A group is one dialog; its first state is where it starts."""

from aiogram.fsm.state import State, StatesGroup


class Registration(StatesGroup):
    welcome = State()
    name = State()
    firm_name = State()
    firm_tax_code = State()
    phone = State()
    email = State()
    consent = State()
    firm_address = State()
    proof = State()
    known = State()


class Menu(StatesGroup):
    home = State()
    help = State()


class Notices(StatesGroup):
    list = State()
    preferences = State()
    quiet = State()
    statements = State()


class Claiming(StatesGroup):
    """Somebody has said, or sent a photo, that a sum was transferred."""

    which = State()
    made = State()
    undone = State()


class Chats(StatesGroup):
    """The chats of one person."""

    home = State()
    code = State()
    unlink = State()


class Account(StatesGroup):
    """What is kept of a person, and their rights."""

    home = State()
    field = State()
    phone = State()
    proof = State()
    consent = State()
    heir = State()
    hand_over = State()
    close = State()
    kept = State()


class Staff(StatesGroup):
    list = State()
    invitation = State()
    invitations = State()
    revoke = State()
    people = State()
    remove = State()
    address = State()


class Customers(StatesGroup):
    """`card` is started with `{"customer_id": int}`."""

    list = State()
    filter = State()
    filter_label = State()
    filter_assignee = State()
    work = State()
    put_label = State()
    take_label = State()
    assign = State()
    labels = State()
    label = State()
    delete_label = State()
    card = State()
    edit_field = State()
    more = State()
    card_labels = State()
    card_assignee = State()


class Merging(StatesGroup):
    """`search` is started with `{"customer_id": int}`."""

    pairs = State()
    search = State()
    compare = State()
    merged = State()


class PersonalData(StatesGroup):
    """Started with `{"customer_id": int}`."""

    home = State()
    erase = State()
    kept = State()


class Timeline(StatesGroup):
    """`customer` is started with `{"customer_id": int}`, `unknown` with `{"tax_code": str}`, `lost_zero` with
    `{"typed": str, "better": str}`."""

    customer = State()
    unknown = State()
    lost_zero = State()


class Correction(StatesGroup):
    """`doubtful` is started with what was typed for one field of a customer and what was probably meant,
    `done` with what was changed."""

    doubtful = State()
    done = State()


class CustomerAccounting(StatesGroup):
    """Started with `accounting.start_data`; ends with `{"declared": {…}}`."""

    home = State()
    choice = State()
    start = State()


class NewCustomer(StatesGroup):
    """Started with `{"in_order": bool}` and, if known, `tax_code`; ends with `{"customer_id": int}`."""

    tax_code = State()
    known = State()
    kind = State()
    name = State()
    address = State()
    representative = State()
    email = State()
    phone = State()
    check = State()


class Intake(StatesGroup):
    """A list of customers; opened by `dialogs.lists`, or with nothing or `{"in_order": True}`."""

    upload = State()
    list = State()
    columns = State()
    column = State()
    to_fix = State()
    row = State()
    done = State()


class Ordering(StatesGroup):
    """The order, step by step. An order's data is kept in the database, never in the dialog. `in_the_way` is
    started with the recipe of a draft (`dialogs.ordering.making`)."""

    resume = State()
    in_the_way = State()
    discard = State()
    package = State()
    other_kind = State()
    fiscal_year = State()
    recipient = State()
    other = State()
    customers = State()
    filter = State()
    filter_label = State()
    filter_assignee = State()
    accounting = State()
    accounting_choice = State()
    accounting_start = State()
    review = State()
    already = State()
    second_package = State()
    lines = State()
    line = State()
    line_edit = State()
    line_recipient = State()
    buyer_kinds = State()
    firm_address = State()
    registered = State()
    logins = State()
    preview = State()
    place = State()
    placed = State()


class OtherForm(StatesGroup):
    """The data of another recipient; started with `{"customer_id": int | None}`."""

    name = State()
    email = State()
    phone = State()
    invoice = State()
    mail_to = State()
    tax_id = State()
    buyer_kind = State()
    unit_name = State()
    address = State()
    invoice_email = State()


class Orders(StatesGroup):
    """`card` is started with `{"order_id": int}`."""

    list = State()
    filter = State()
    card = State()
    more = State()
    lines = State()
    line = State()
    timeline = State()
    cancel = State()
    renew = State()


class Changing(StatesGroup):
    """Changes of a placed order. `home` starts with `{"order_id": int}`, `line` with a `position`, too."""

    home = State()
    drop = State()
    drop_shown = State()
    lines = State()
    line = State()
    field = State()
    packages = State()
    payers = State()
    payer_form = State()
    shown = State()
    done = State()


AT_ONCE = "at_once"
"""Start data of `Activation.confirm`: the person has agreed to all of the order."""


class Activation(StatesGroup):
    """`confirm` starts with `{"order_id": int}`, `failed` with `{"run_id": int}`."""

    orders = State()
    confirm = State()
    pick = State()
    begun = State()
    failed = State()
    mend = State()
    mend_field = State()


class Payments(StatesGroup):
    """Started with `{"order_id": int}`."""

    list = State()
    card = State()
    picture = State()


class Choosing(StatesGroup):
    """Started with `{"transfer_id": int}`."""

    who = State()


class Invoices(StatesGroup):
    """Tax invoices. `list` is started with `{"order_id": int}`, `card` with `{"invoice_id": int}`."""

    list = State()
    card = State()
    address = State()
    mend = State()
    mend_field = State()
    mend_kind = State()

"""The windows of back office. A group is one dialog; its first state is where it starts."""

from aiogram.fsm.state import State, StatesGroup


class Desk(StatesGroup):
    """The menu of the back office, whose other windows follow."""

    home = State()


class DeskFirms(StatesGroup):
    waiting = State()
    refused = State()
    card = State()
    refuse = State()
    refuse_check = State()
    held = State()
    held_card = State()


class DeskPeople(StatesGroup):
    """Who belongs to which firm."""

    firm = State()
    person = State()
    target = State()
    why = State()
    why_check = State()
    close = State()
    close_check = State()
    reopen = State()
    reopen_check = State()
    recover = State()
    recover_check = State()
    code = State()


class DeskTransfers(StatesGroup):
    list = State()
    card = State()
    assign = State()
    assign_check = State()
    send_back = State()
    send_back_check = State()
    ignore = State()
    ignore_check = State()
    refund = State()
    refund_reason = State()
    refund_check = State()
    outgoing = State()


class DeskStatement(StatesGroup):
    """A bank's statement beside the books."""

    checked = State()
    missing = State()
    unknown = State()


class DeskClaims(StatesGroup):
    list = State()
    card = State()
    accept = State()
    accept_check = State()
    amount = State()
    refuse = State()
    refuse_check = State()


class DeskPayment(StatesGroup):
    code = State()
    amount = State()
    reference = State()
    check = State()


class DeskSeveral(StatesGroup):
    """Several transfers decided at once."""

    pick = State()
    assign = State()
    reason = State()
    ignore = State()
    result = State()


class DeskSeveralFirms(StatesGroup):
    pick = State()
    check = State()
    result = State()


class DeskPage(StatesGroup):
    """A link to the desk in a browser."""

    link = State()


class DeskCases(StatesGroup):
    list = State()
    done = State()
    card = State()


class DeskAsk(StatesGroup):
    """Asking a second person, over the window of what is asked for."""

    why = State()
    check = State()


class DeskSignOffs(StatesGroup):
    list = State()
    card = State()
    refuse = State()
    refuse_check = State()
    people = State()
    person = State()


class DeskActivations(StatesGroup):
    by_hand = State()
    failed = State()
    card = State()
    login = State()
    login_check = State()
    fail = State()
    fail_check = State()


class DeskPrices(StatesGroup):
    list = State()
    checked = State()
    problems = State()


class DeskInvoices(StatesGroup):
    board = State()
    group = State()
    find = State()
    found = State()
    card = State()
    address = State()
    checked = State()
    problems = State()
    files = State()
    file_problems = State()


class DeskCorrection(StatesGroup):
    """What is wrong on an issued invoice."""

    what = State()
    tax_id = State()
    kind = State()
    name = State()
    address = State()
    rate = State()
    adjust_line = State()
    adjust_sum = State()
    adjust_rate = State()
    agreed_by = State()
    agreed_on = State()
    agreed_file = State()
    notice_check = State()
    replace_check = State()
    adjust_check = State()
    agreement_check = State()


class DeskNotices(StatesGroup):
    list = State()
    card = State()


class DeskLookup(StatesGroup):
    code = State()
    found = State()
    firm = State()
    customer = State()
    order = State()
    lines = State()
    log = State()


class DeskCheckup(StatesGroup):
    lines = State()


class DeskMessages(StatesGroup):
    month = State()


class DeskTotals(StatesGroup):
    day = State()


class DeskLog(StatesGroup):
    days = State()

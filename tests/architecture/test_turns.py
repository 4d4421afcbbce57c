"""Every verb names what it writes to, or is one of the few that need no turn."""

import ast
from collections.abc import Iterator
from pathlib import Path

SERVICES = Path(__file__).parents[2] / "services"

LATER = "takes its turn once it knows whose it is: {}"
ADDS = "only adds rows of its own"
"""Events, or pushes and jobs whose keys the database keeps unique."""

WITHOUT = {
    "activation/reminders.py: Remind": ADDS,
    "back_office/activations.py: AccessDoneByHand": LATER.format("_taken"),
    "back_office/activations.py: ActivatedByHand": LATER.format("_taken"),
    "back_office/activations.py: FailedByHand": LATER.format("_taken"),
    "back_office/activations.py: RetryLicence": LATER.format("_taken"),
    "back_office/accounts.py: ExportAccounts": ADDS,
    "back_office/backups.py: BeginProof": ADDS,
    "back_office/backups.py: SettleProof": ADDS,
    "back_office/log.py: ExportLog": ADDS,
    "back_office/totals.py: ShowTotals": ADDS,
    "back_office/transfers.py: AssignTransfer": LATER.format("taken"),
    "back_office/transfers.py: IgnoreTransfer": LATER.format("taken"),
    "back_office/refunds.py: OpenRefund": LATER.format("taken"),
    "back_office/returns.py: TakeCase": LATER.format("taken_transfer"),
    "back_office/transfers.py: ReturnTransfer": LATER.format("return_by_hand"),
    "catalogue/catalogue_export.py: ExportCatalogue": ADDS,
    "catalogue/personal_data.py: ExportPerson": ADDS,
    "catalogue/registry.py: LookUp": "puts answers that replace each other, in one order",
    "housekeeping.py: DropOldAnswers": "drops answers that nobody reads any more",
    "intakes/reading.py: _Progress": "changes two columns in one statement, if the list is still being read",
    "invoices/telling.py: TellIssued": ADDS,
    "invoices/late.py: CheckLate": ADDS,
    "invoices/viewing.py: ExportInvoices": ADDS,
    "messaging/digests.py: SendDigest": ADDS,
    "messaging/live_messages.py: RefreshLive": "notes what one message shows; one job at a time edits it",
    "messaging/pushes.py: DeliverPush": LATER.format("Turn.of_person"),
    "messaging/zalo_grants.py: KeepGrant": "changes one row, if its version is still the same",
    "messaging/ways.py: TakeBackUnreceived": "changes one push in one statement, if nobody has it yet",
    "messaging/ways.py: TakeReceipt": "notes one moment, the first that is told",
    "messaging/zalo_templates.py: KeepTemplates": "puts what replaces what was known; one process asks",
    "messaging/zalo_templates.py: QueueReceipt": ADDS,
    "messaging/unanswered.py: TellUnanswered": ADDS,
    "messaging/push_queue.py: tell_back_office_once": ADDS,
    "money/checking.py: CheckBooks": ADDS,
    "money/checking.py: StartCheckingBooks": ADDS,
    "money/monthly_statements.py: MailStatements": ADDS,
    "money/monthly_statements.py: StartMailingStatements": ADDS,
    "money/statements.py: CheckStatement": "puts days that replace each other, each in one statement",
    "money/choosing.py: BookUnchosen": LATER.format("taken_transfer"),
    "money/choosing.py: ChoosePayments": LATER.format("taken_transfer"),
    "money/catching_up.py: StartCatchingUp": ADDS,
    "money/transfers.py: MatchTransfer": LATER.format("taken_transfer"),
    "orders/order_lines.py: ExportOrder": ADDS,
    "money/genuine.py: CheckInstruction": ADDS,
    "money/genuine.py: ReportInstruction": ADDS,
    "messaging/mail_stops.py: OpenMailLink": ADDS,
    "messaging/mail_stops.py: WishOfMails": ADDS,
    "people/proving.py: SendProof": "adds to counts",
    "people/people.py: InviteStaff": ADDS,
    "people/withdrawing.py: NoteWithdrawal": ADDS,
    "people/withdrawing.py: WithdrawConsent": "adds pushes, or drops what the chat of a stranger remembers",
    "people/people.py: WhoIs": "changes a moment in one statement, which a later one does not take back",
}
"""Who writes without naming a turn, and why that is right."""


def writing() -> Iterator[tuple[str, bool]]:
    """Each class or function of `services/` that opens a writing transaction, and whether it names a turn."""
    for path in sorted(SERVICES.rglob("*.py")):
        for verb in ast.parse(path.read_text("utf-8")).body:
            for call in ast.walk(verb):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                    given = {"write": 0, "write_together": 1}.get(call.func.attr)
                    if given is not None and ast.unparse(call.func.value).endswith("units"):
                        name = getattr(verb, "name", "?")
                        yield f"{path.relative_to(SERVICES)}: {name}", len(call.args) > given


def test_every_verb_names_its_turn_or_says_why_it_needs_none() -> None:
    found = list(writing())
    assert len(found) > 100
    assert {verb for verb, names in found if not names} == set(WITHOUT)


def test_who_takes_a_turn_later_does_so() -> None:
    for verb, why in WITHOUT.items():
        path, name = verb.split(": ")
        if why.startswith(LATER.format("")):
            taken = why.removeprefix(LATER.format(""))
            body = next(
                ast.unparse(one)
                for one in ast.parse((SERVICES / path).read_text("utf-8")).body
                if getattr(one, "name", "") == name
            )
            assert taken in body, verb

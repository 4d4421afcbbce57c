"""Every operation on lists of customers, wired once; part of `services.operations.Operations`."""

from dataclasses import dataclass

from services.intakes import gaps, mending, receiving, taking, viewing
from services.ports import Clock, Units


@dataclass(frozen=True, slots=True)
class Intaking:
    receive_file: receiving.ReceiveFile
    receive_text: receiving.ReceiveText
    show_on: receiving.ShowOn
    stop_intake: receiving.StopIntake
    read_again: receiving.ReadAgain
    set_column: receiving.SetColumn

    find_unfinished: viewing.FindUnfinished
    view_intake: viewing.ViewIntake
    list_entries: viewing.ListEntries
    view_entry: viewing.ViewEntry
    next_entry: viewing.NextEntry
    entries_to_fix: viewing.EntriesToFix

    mend_entry: mending.MendEntry
    skip_entry: mending.SkipEntry
    undo_entry: mending.UndoEntry
    list_gaps: gaps.ListGaps
    fill_gaps: gaps.FillGaps

    take_intake: taking.TakeIntake


def build_intaking(units: Units, clock: Clock, look_up: bool = False) -> Intaking:
    """Hand every operation its ports. `look_up` says that there is a registry to ask for names."""
    return Intaking(
        receive_file=receiving.ReceiveFile(units, clock),
        receive_text=receiving.ReceiveText(units, clock, look_up),
        show_on=receiving.ShowOn(units, clock),
        stop_intake=receiving.StopIntake(units, clock),
        read_again=receiving.ReadAgain(units, clock),
        set_column=receiving.SetColumn(units, clock),
        find_unfinished=viewing.FindUnfinished(units, clock),
        view_intake=viewing.ViewIntake(units, clock),
        list_entries=viewing.ListEntries(units, clock),
        view_entry=viewing.ViewEntry(units, clock),
        next_entry=viewing.NextEntry(units, clock),
        entries_to_fix=viewing.EntriesToFix(units, clock),
        mend_entry=mending.MendEntry(units, clock),
        skip_entry=mending.SkipEntry(units, clock),
        undo_entry=mending.UndoEntry(units, clock),
        list_gaps=gaps.ListGaps(units, clock),
        fill_gaps=gaps.FillGaps(units, clock, look_up),
        take_intake=taking.TakeIntake(units, clock),
    )

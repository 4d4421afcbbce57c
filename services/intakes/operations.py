"""Every operation on lists of customers; part of `services.operations.Operations`."""

from dataclasses import dataclass

from services.intakes import gaps, mending, receiving, taking, viewing


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

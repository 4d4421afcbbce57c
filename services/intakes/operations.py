"""Every operation on lists of customers; part of `services.operations.Operations`."""

from dataclasses import dataclass

from services.intakes import alike, choosing, gaps, mending, receiving, taking, viewing


@dataclass(frozen=True, slots=True)
class Intaking:
    receive_file: receiving.ReceiveFile
    receive_text: receiving.ReceiveText
    show_on: receiving.ShowOn
    stop_intake: receiving.StopIntake
    read_again: receiving.ReadAgain
    set_column: choosing.SetColumn
    take_hidden: choosing.TakeHidden

    find_unfinished: viewing.FindUnfinished
    view_intake: viewing.ViewIntake
    list_entries: viewing.ListEntries
    view_entry: viewing.ViewEntry
    next_entry: viewing.NextEntry
    entries_to_fix: viewing.EntriesToFix

    mend_entry: mending.MendEntry
    skip_entry: mending.SkipEntry
    undo_entry: mending.UndoEntry
    find_alike: alike.FindAlike
    answer_alike: alike.AnswerAlike
    undo_alike: alike.UndoAlike
    list_gaps: gaps.ListGaps
    fill_gaps: gaps.FillGaps

    take_intake: taking.TakeIntake
    find_doubts: taking.FindDoubts

from texts.commands import DESCRIPTION, SHORT_DESCRIPTION
from texts.numbered import CANCEL_ORDER, ERASE, PLACE
from texts.ordering.buyers import AS_REGISTERED
from texts.ordering.picking import GO_WITH, PICK_ALL
from texts.styles import Style, is_next, of_word


def test_what_ends_or_is_lost_is_red_and_what_is_done_green() -> None:
    assert {of_word(word) for word in (CANCEL_ORDER, ERASE)} == {Style.LOSS}
    assert of_word(PLACE) is Style.FINAL


def test_what_leads_on_is_a_step() -> None:
    assert is_next(GO_WITH)
    assert not is_next(PICK_ALL)
    # What the bot proposes is the next step, and not what keeps everything as it is.
    assert is_next(AS_REGISTERED)


def test_what_the_profile_says_fits() -> None:
    assert len(SHORT_DESCRIPTION) <= 120
    assert len(DESCRIPTION) <= 512

"""Every ugly file."""

from tests.gateways.ugly_others import OTHERS
from tests.gateways.ugly_texts import TEXTS
from tests.gateways.ugly_workbooks import WORKBOOKS

CORPUS = (*TEXTS, *OTHERS, *WORKBOOKS)

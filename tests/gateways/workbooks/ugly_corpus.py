"""All ugly files."""

from tests.gateways.workbooks.ugly_others import OTHERS
from tests.gateways.workbooks.ugly_texts import TEXTS
from tests.gateways.workbooks.ugly_workbooks import WORKBOOKS

CORPUS = (*TEXTS, *OTHERS, *WORKBOOKS)

"""Lists of customers that accountants give: from the text or file to customers of the catalogue."""

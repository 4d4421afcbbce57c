"""Workbooks and other files of lists, read and written."""

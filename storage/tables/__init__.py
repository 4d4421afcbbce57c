"""The tables, one module for each wing. The tables of jobs and dialogs are in `storage.jobs` and
`storage.dialog_tables`."""

"""The tables, a module a wing. Those of jobs and dialogs stand by themselves."""

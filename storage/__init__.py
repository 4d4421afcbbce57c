"""The only SQL of the product: tables, one repository for each noun, units of work, jobs, dialog states."""

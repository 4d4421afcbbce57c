"""The only SQL of the product: tables, one repository a noun, units of work, jobs and dialog states."""

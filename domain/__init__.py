"""Rules of the business as plain typed objects: no I/O, no clock, no framework."""

"""Looks at the parts of the outside: a `Good`, or a `Fault` raised. Nothing is changed or sent."""

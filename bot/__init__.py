"""The running program: settings, wiring in one place, dispatcher, worker, web endpoints."""

"""What this process counts of its own work; `/metrics` shows it with what the database says.

No label names a person: all values are words of the program.
"""

from prometheus_client import Counter, Gauge, Histogram

_LONG = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)

UPDATES = Counter("ktdv_updates", "Taps and texts by what came of them.", ["app", "outcome"])
UPDATE_SECONDS = Histogram(
    "ktdv_update_seconds",
    "From the moment an update was stored until it was answered.",
    ["app"],
    buckets=_LONG,
)
JOBS = Counter("ktdv_jobs", "Tries of jobs by what came of them.", ["lane", "name", "outcome"])
LOGGED = Counter("ktdv_log_records", "Lines of the log from WARNING on.", ["level"])
CANARY = Counter("ktdv_canary_walks", "Walks of the canary.", ["outcome"])
CANARY_SECONDS = Gauge("ktdv_canary_seconds", "How long the canary's last whole walk took.")

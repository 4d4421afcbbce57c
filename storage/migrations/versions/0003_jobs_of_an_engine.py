"""On PostgreSQL, jobs go to Procrastinate. SQLite keeps the table of jobs.

The schema beside this folder is Procrastinate's own, unchanged. The indexes and the trigger are ours. Settled
jobs go along, because their keys are known.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0003_jobs_of_an_engine"
down_revision = "0002_inbox_and_numbers"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).parent.parent / "procrastinate-3.10.sql"

OURS = """
CREATE UNIQUE INDEX jobs_key ON procrastinate_jobs (queueing_lock);
CREATE INDEX jobs_of_queue ON procrastinate_jobs (queue_name, priority DESC, id) WHERE status = 'todo';
CREATE INDEX jobs_of_lock ON procrastinate_jobs (lock, id)
    WHERE lock IS NOT NULL AND status IN ('todo', 'doing');
CREATE INDEX jobs_by_time ON procrastinate_jobs (scheduled_at) WHERE status = 'todo';
CREATE INDEX jobs_of_worker ON procrastinate_jobs (worker_id) WHERE worker_id IS NOT NULL;
CREATE INDEX jobs_settled ON procrastinate_events (at)
    WHERE type IN ('succeeded', 'failed', 'cancelled', 'aborted');

-- A worker that ends is taken away from all it ever did, which would read and write most of the table.
CREATE FUNCTION jobs_leave_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.worker_id := NULL; RETURN NEW; END $$;
CREATE TRIGGER jobs_leave_worker BEFORE UPDATE OF status ON procrastinate_jobs FOR EACH ROW
    WHEN (OLD.status = 'doing' AND NEW.status <> 'doing') EXECUTE FUNCTION jobs_leave_worker();

-- Procrastinate tells its workers of new jobs only. This tells them of jobs that are free again or were moved
-- to another queue, and of those that stood behind one that has ended. What is equal is told once a commit.
CREATE FUNCTION jobs_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'todo'
    OR EXISTS (SELECT FROM procrastinate_jobs WHERE lock = NEW.lock AND status = 'todo') THEN
        PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name,
            '{"type": "job_inserted", "job_id": 0}');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER jobs_tell AFTER UPDATE OF status, queue_name ON procrastinate_jobs FOR EACH ROW
    WHEN (OLD.status = 'doing' OR OLD.queue_name <> NEW.queue_name) EXECUTE FUNCTION jobs_tell();
"""

MOVE = """
WITH old AS (
    SELECT jobs.*, leased_by IS NOT NULL AND settled_at IS NULL AS cut_off,
        leased_by IS NULL AND settled_at IS NULL AND due_at > 'epoch' AS put_off
    FROM jobs
), counted AS (
    SELECT old.*, attempts - cut_off::int AS tries FROM old
), made AS (
    INSERT INTO procrastinate_jobs
        (queue_name, task_name, lock, queueing_lock, args, status, scheduled_at, attempts)
    SELECT lane || CASE WHEN put_off THEN '.later' ELSE '' END, name, lane || '|' || order_key, key,
        jsonb_build_object(
            'payload', replace(payload, '\\u0000', '')::jsonb,
            'uncounted', greatest(tries, (cut_off OR error <> '')::int) - tries),
        (CASE WHEN settled_at IS NULL THEN 'todo' WHEN given_up THEN 'failed' ELSE 'succeeded' END)
            ::procrastinate_job_status,
        CASE WHEN put_off THEN due_at END,
        greatest(tries, (cut_off OR error <> '')::int)
    FROM counted ORDER BY id
    RETURNING id, queueing_lock, status
)
INSERT INTO procrastinate_events (job_id, type, at)
SELECT made.id, made.status::text::procrastinate_job_event_type, settled_at
FROM made JOIN jobs ON key = queueing_lock WHERE settled_at IS NOT NULL
"""

INDEXES = """
CREATE INDEX ix_jobs_order_key ON jobs (order_key, id) WHERE settled_at IS NULL;
CREATE INDEX ix_jobs_settled_at ON jobs (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX ix_jobs_due ON jobs (lane, due_at, id) WHERE settled_at IS NULL;
"""

BACK = """
INSERT INTO jobs
    (name, key, order_key, lane, payload, due_at, attempts, error, given_up, created_at, settled_at)
SELECT task_name, queueing_lock, substr(lock, strpos(lock, '|') + 1), split_part(queue_name, '.', 1),
    (args -> 'payload')::text, coalesce(scheduled_at, 'epoch'),
    attempts - coalesce((args ->> 'uncounted')::int, 0), CASE WHEN attempts > 0 THEN 'tried' ELSE '' END,
    status <> 'succeeded' AND settled IS NOT NULL, now(), settled
FROM procrastinate_jobs AS job, LATERAL (
    SELECT max(at) AS settled FROM procrastinate_events
    WHERE job_id = job.id AND job.status NOT IN ('todo', 'doing')
) AS history WHERE queueing_lock IS NOT NULL ORDER BY id
"""

GONE = """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers
    CASCADE;
DROP FUNCTION jobs_tell, jobs_leave_worker;
DO $$ DECLARE one record; BEGIN
FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
    EXECUTE format('DROP FUNCTION %s', one.name);
END LOOP; END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type;
"""

LANES = ("main", "vendor", "chat", "mailing", "awaited")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    _run(SCHEMA.read_text("utf-8"))
    _run(OURS)
    _run(MOVE)
    op.drop_table("jobs")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    moment, lane = sa.DateTime(timezone=True), sa.Enum(*LANES, name="lane", native_enum=False, length=30)
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("order_key", sa.Text(), nullable=True),
        sa.Column("lane", lane, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("given_up", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("settled_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint(sa.text(f"lane IN {LANES}"), name=op.f("ck_jobs_lane")),
    )
    _run(INDEXES)
    _run(BACK)
    _run(GONE)


def _run(script: str) -> None:
    """Run several statements. Without parameters, no per cent sign is a place for one."""
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(script)

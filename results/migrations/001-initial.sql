-- Schema 1. Everything here can be made again from runs/ and reference/published; nothing is written by hand.
-- The tables that hold a row per epoch have no primary key: DuckDB's index would cost more than the rows; `ingest` replaces
-- all rows of a run at once, in one transaction, which keeps (run, epoch) and (run, epoch, task, name, split) unique.

-- What was read: a journal, a plan or the published tables, by its content. `run` is set for journals with a header.
CREATE TABLE inputs (
  path VARCHAR PRIMARY KEY,
  kind VARCHAR NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 VARCHAR NOT NULL,
  run VARCHAR
);

CREATE TABLE suites (
  suite VARCHAR PRIMARY KEY,
  title VARCHAR NOT NULL
);

-- A suite at one scale. `margins` is JSON: metric -> equivalence margin in the metric's unit.
CREATE TABLE plans (
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  not_comparable VARCHAR,
  margins JSON NOT NULL,
  PRIMARY KEY (suite, scale)
);

CREATE TABLE plan_columns (
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  id VARCHAR NOT NULL,
  teacher VARCHAR,
  student VARCHAR NOT NULL
);

CREATE TABLE plan_rows (
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  method VARCHAR NOT NULL
);

CREATE TABLE cells (
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  cell VARCHAR NOT NULL,
  row_name VARCHAR NOT NULL,
  method VARCHAR NOT NULL,
  column_id VARCHAR NOT NULL,
  metric VARCHAR NOT NULL,
  published_table VARCHAR,
  published_row VARCHAR,
  published_column VARCHAR,
  no_reference VARCHAR,
  not_run VARCHAR,
  PRIMARY KEY (suite, scale, cell)
);

CREATE TABLE cell_trials (
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  cell VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  trial VARCHAR NOT NULL
);

-- `after` is a JSON array of trials, `gate` the least top-1 accuracy in percent that a teacher needs.
CREATE TABLE planned_trials (
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  trial VARCHAR NOT NULL,
  gate DOUBLE,
  steps INTEGER NOT NULL,
  after JSON NOT NULL,
  PRIMARY KEY (suite, scale, trial)
);

-- What others published, one row per number. Sources may disagree: the key is (table, row, column, metric, part).
CREATE TABLE published (
  table_id VARCHAR NOT NULL,
  row_name VARCHAR NOT NULL,
  column_id VARCHAR NOT NULL,
  metric VARCHAR NOT NULL,
  -- What tells several numbers of one cell apart; NULL where there is one.
  part VARCHAR,
  value DOUBLE NOT NULL,
  sd DOUBLE,
  unit VARCHAR NOT NULL,
  decimals INTEGER NOT NULL,
  higher_is_better BOOLEAN NOT NULL,
  selection VARCHAR NOT NULL,
  runs_averaged INTEGER,
  paper VARCHAR NOT NULL,
  caption VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  trust VARCHAR NOT NULL,
  dataset VARCHAR NOT NULL
);

CREATE TABLE trials (
  trial VARCHAR PRIMARY KEY,
  implementation VARCHAR NOT NULL,
  task VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  model VARCHAR NOT NULL,
  method VARCHAR NOT NULL,
  teacher_kind VARCHAR,
  teacher_model VARCHAR,
  -- The teacher's trial, or the checkpoint's SHA-256.
  teacher_reference VARCHAR,
  recipe VARCHAR NOT NULL,
  epochs INTEGER NOT NULL,
  dataset VARCHAR NOT NULL,
  data_hash VARCHAR NOT NULL,
  seed BIGINT NOT NULL,
  spec JSON NOT NULL
);

CREATE TABLE environments (
  environment VARCHAR PRIMARY KEY,
  cpu VARCHAR NOT NULL,
  cores INTEGER NOT NULL,
  memory_gib DOUBLE NOT NULL,
  gpu VARCHAR,
  os VARCHAR NOT NULL,
  node VARCHAR NOT NULL,
  tensorflow VARCHAR NOT NULL,
  device VARCHAR NOT NULL,
  threads_intra INTEGER NOT NULL,
  threads_inter INTEGER NOT NULL,
  libvips VARCHAR NOT NULL,
  commit_hash VARCHAR,
  dirty BOOLEAN NOT NULL
);

-- A measurement of a trial. `state` is an end state or `unfinished`; times are UTC; `environment` is the first one,
-- resumes in another are events of the journal and counted in `resumes`.
CREATE TABLE runs (
  run VARCHAR PRIMARY KEY,
  trial VARCHAR NOT NULL,
  attempt INTEGER NOT NULL,
  fingerprint VARCHAR NOT NULL,
  environment VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  weights VARCHAR,
  initial_weights VARCHAR,
  parameters BIGINT,
  steps_per_epoch INTEGER,
  started_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  seconds DOUBLE,
  resumes INTEGER NOT NULL,
  lost_epochs INTEGER NOT NULL
);

CREATE TABLE epochs (
  run VARCHAR NOT NULL,
  epoch INTEGER NOT NULL,
  step BIGINT NOT NULL,
  lr DOUBLE NOT NULL,
  total_loss DOUBLE,
  losses VARCHAR NOT NULL,
  loss_chain VARCHAR NOT NULL,
  train_seconds DOUBLE NOT NULL,
  eval_seconds DOUBLE NOT NULL,
  ms_per_step DOUBLE NOT NULL,
  peak_memory_mib DOUBLE NOT NULL
);

-- `value` is NULL where the journal holds null: a number that JSON cannot hold (NaN, Infinity).
CREATE TABLE metrics (
  run VARCHAR NOT NULL,
  epoch INTEGER NOT NULL,
  task VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  split VARCHAR NOT NULL,
  value DOUBLE
);

CREATE TABLE checkpoints (
  run VARCHAR NOT NULL,
  seq INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  step BIGINT NOT NULL,
  file VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL
);

CREATE TABLE events (
  run VARCHAR NOT NULL,
  seq INTEGER NOT NULL,
  time TIMESTAMP NOT NULL,
  kind VARCHAR NOT NULL,
  message VARCHAR NOT NULL,
  data VARCHAR
);

-- Whether a smaller value of the metric is the better one.
CREATE MACRO lower_is_better(name) AS regexp_matches(name, '(loss|error)');

-- The two selections of a metric: its last epoch, and its best epoch (the earliest of equals).
CREATE VIEW selections AS
  SELECT run, task, name, split, 'best' AS selection,
         CASE WHEN lower_is_better(name) THEN min(value) ELSE max(value) END AS value,
         CASE WHEN lower_is_better(name) THEN arg_min(epoch, (value, epoch))
              ELSE arg_min(epoch, (-value, epoch)) END AS epoch
    FROM metrics WHERE value IS NOT NULL GROUP BY run, task, name, split
  UNION ALL
  SELECT run, task, name, split, 'last' AS selection, arg_max(value, epoch) AS value, max(epoch) AS epoch
    FROM metrics WHERE value IS NOT NULL GROUP BY run, task, name, split;

-- The run that stands for a trial: a completed one before any other, then the latest.
CREATE VIEW current_runs AS
  SELECT * FROM runs
  QUALIFY row_number() OVER (
    PARTITION BY trial ORDER BY state = 'completed' DESC, started_at DESC, attempt DESC, run DESC
  ) = 1;

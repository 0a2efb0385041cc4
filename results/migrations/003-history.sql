-- Schema 3. What makes a history of the runs: every execution of a suite, from runs/executions, and what a human accepted,
-- from acceptances.jsonl. Both can be made again from their files.

-- One call of `run` or `nightly` that measured something, or tried to. `fixed_seeds` is a JSON array: those seeds only
-- watch the bits where others (the rotating ones) carry the statistics.
CREATE TABLE executions (
  execution VARCHAR PRIMARY KEY,
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  started_at TIMESTAMP NOT NULL,
  fixed_seeds JSON NOT NULL
);

-- The cells as they were then: a suite may have changed since. `margin` is NULL where the suite states none.
CREATE TABLE execution_cells (
  execution VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  cell VARCHAR NOT NULL,
  metric VARCHAR NOT NULL,
  margin DOUBLE,
  trial VARCHAR NOT NULL
);

-- How each trial came out. A run that was reused belongs to the execution that lists it first.
CREATE TABLE execution_runs (
  execution VARCHAR NOT NULL,
  trial VARCHAR NOT NULL,
  run VARCHAR,
  state VARCHAR NOT NULL,
  reason VARCHAR NOT NULL
);

CREATE TABLE acceptances (
  position INTEGER NOT NULL,
  time TIMESTAMP NOT NULL,
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  cell VARCHAR NOT NULL,
  author VARCHAR NOT NULL,
  reason VARCHAR NOT NULL
);

-- Which execution a run belongs to: the first that lists it.
CREATE VIEW run_executions AS
  SELECT l.run, arg_min(l.execution, (e.started_at, l.execution)) AS execution
    FROM execution_runs l JOIN executions e ON e.execution = l.execution
   WHERE l.run IS NOT NULL GROUP BY l.run;

-- A row per cell, execution and run. Runs that no execution lists (a run that was killed, journals from elsewhere) are
-- points of the day on which they began, under the cells of the present plan.
CREATE VIEW cell_runs AS
  SELECT x.suite, x.scale, c.cell, c.metric, c.margin, x.execution, x.kind, x.started_at AS executed_at, x.fixed_seeds, c.trial,
         l.run, l.state, l.reason
    FROM executions x
    JOIN execution_cells c ON c.execution = x.execution
    JOIN execution_runs l ON l.execution = x.execution AND l.trial = c.trial
   WHERE l.run IS NULL
      OR x.execution = (SELECT o.execution FROM run_executions o WHERE o.run = l.run)
  UNION ALL
  SELECT c.suite, c.scale, c.cell, c.metric, json_extract(p.margins, '$."' || c.metric || '"')::DOUBLE AS margin,
         strftime(r.started_at, '%Y-%m-%d') AS execution, 'journals' AS kind, date_trunc('day', r.started_at) AS executed_at,
         '[]' AS fixed_seeds, t.trial, r.run, r.state, r.reason
    FROM cells c
    JOIN plans p ON p.suite = c.suite AND p.scale = c.scale
    JOIN cell_trials t ON t.suite = c.suite AND t.scale = c.scale AND t.cell = c.cell
    JOIN runs r ON r.trial = t.trial
   WHERE NOT EXISTS (SELECT 1 FROM run_executions o WHERE o.run = r.run);

-- Schema 9. Results of `redistill bench`, from runs/benches: a row per figure, with what it was measured on.

CREATE TABLE bench_runs (
  bench VARCHAR PRIMARY KEY,
  -- `step`, `cohort`, `methods`, `store`, `report` or `coco`.
  suite VARCHAR NOT NULL,
  started_at TIMESTAMP NOT NULL,
  seconds DOUBLE NOT NULL,
  cpu VARCHAR NOT NULL,
  cores INTEGER NOT NULL,
  memory_gib DOUBLE NOT NULL,
  gpu VARCHAR,
  os VARCHAR NOT NULL,
  node VARCHAR NOT NULL,
  -- Null where the suite does not use it, or found none.
  tensorflow VARCHAR,
  torch VARCHAR,
  -- Processes that wanted a core in the minute before the end: above the cores, the bench was not alone.
  load DOUBLE NOT NULL,
  commit_hash VARCHAR,
  dirty BOOLEAN NOT NULL
);

-- Times are medians in milliseconds, `smallest` and `deviation` (median absolute) of the same samples.
CREATE TABLE bench_figures (
  bench VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  -- `redistill` or `peer`.
  side VARCHAR NOT NULL,
  -- Which way of doing it: `recorded`, `eager`; `folded, shared teacher`; a method.
  variant VARCHAR NOT NULL,
  workers INTEGER NOT NULL,
  threads INTEGER NOT NULL,
  quantity VARCHAR NOT NULL,
  value DOUBLE NOT NULL,
  unit VARCHAR NOT NULL,
  samples INTEGER NOT NULL,
  smallest DOUBLE,
  deviation DOUBLE
);

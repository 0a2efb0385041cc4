-- Schema 5. Results of `redistill verify`, from runs/parity: the comparison with the official numbers, a row per case.

CREATE TABLE parity_runs (
  parity VARCHAR PRIMARY KEY,
  started_at TIMESTAMP NOT NULL,
  -- `recorded` or `eager`.
  mode VARCHAR NOT NULL,
  -- Whether the golden files were those of the project, or of another folder.
  own_golden BOOLEAN NOT NULL,
  seconds DOUBLE NOT NULL,
  cpu VARCHAR NOT NULL,
  cores INTEGER NOT NULL,
  os VARCHAR NOT NULL,
  node VARCHAR NOT NULL,
  tensorflow VARCHAR NOT NULL,
  commit_hash VARCHAR,
  dirty BOOLEAN NOT NULL,
  -- A JSON array of golden files that no check claims.
  not_covered JSON NOT NULL
);

-- `max_error` is NULL where shapes, names or finiteness differ, so that no number says how far apart the two are.
CREATE TABLE parity_cases (
  parity VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  file VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  ok BOOLEAN NOT NULL,
  max_error DOUBLE,
  tolerance DOUBLE NOT NULL,
  note VARCHAR
);

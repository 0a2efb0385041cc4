-- Schema 16. A result of `redistill verify --sample` checks some golden files: how many, and how many a whole one checks. NULL: whole.

ALTER TABLE parity_runs ADD COLUMN sample_files INTEGER;
ALTER TABLE parity_runs ADD COLUMN sample_of INTEGER;

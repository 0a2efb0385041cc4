-- Schema 18. Cells whose trials finished without a value of the metric have a verdict of their own.

COMMENT ON COLUMN judged_cells.verdict IS 'What the statistics say: `reproduced`, `below`, `above`, `inconclusive`, `measured` (own studies), `not comparable`, `no reference`, `no value` (its trials finished without the metric), `not run` or `failed`.';
COMMENT ON COLUMN report.cells.verdict IS 'What the statistics say: `reproduced`, `below`, `above`, `inconclusive`, `measured` (own studies), `not comparable`, `no reference`, `no value` (its trials finished without the metric), `not run` or `failed`.';
COMMENT ON COLUMN report.verdicts.verdict IS 'What the statistics say: `reproduced`, `below`, `above`, `inconclusive`, `measured` (own studies), `not comparable`, `no reference`, `no value` (its trials finished without the metric), `not run` or `failed`.';

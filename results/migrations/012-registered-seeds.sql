-- Schema 12. The seeds that a suite declares decide its verdicts, and others that were asked for on the command line come after them.
-- A JSON array; NULL: the plan has the suite's own seeds.

ALTER TABLE plans ADD COLUMN registered_seeds JSON;

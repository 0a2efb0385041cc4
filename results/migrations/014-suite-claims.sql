-- Schema 14. What a suite claims of its own rows, which reports hold against its measurements.
-- A JSON array of PlannedClaim (contract/plan-types.ts); NULL: it claims nothing.

ALTER TABLE plans ADD COLUMN claims JSON;

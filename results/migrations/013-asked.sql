-- Schema 13. How a plan was asked for, so that a report can show the command that asks for it again.
-- JSON of PlanRequestRecord (contract/plan-types.ts); NULL: not recorded.

ALTER TABLE plans ADD COLUMN asked JSON;

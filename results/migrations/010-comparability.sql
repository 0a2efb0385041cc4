-- Schema 10. Whether a cell's numbers may be set against the published one is known cell by cell: NULL where they may. Plans stored before
-- said it for a whole scale, and at scale paper never compared the training with the published protocol.
ALTER TABLE cells ADD COLUMN not_comparable VARCHAR;
UPDATE cells SET not_comparable = plans.not_comparable
  FROM plans WHERE plans.suite = cells.suite AND plans.scale = cells.scale;
UPDATE cells SET not_comparable = 'the plan is older than the comparison of protocols: plan the suite again (redistill plan or run).'
  WHERE scale = 'paper' AND published_table IS NOT NULL;

-- Schema 15. A run that was stopped with its night and went on in the next call belongs to the call that saw it end: the one that
-- was stopped lists it as cancelled.
CREATE OR REPLACE VIEW run_executions AS
  SELECT l.run, arg_min(l.execution, (l.state = 'cancelled', e.started_at, l.execution)) AS execution
    FROM execution_runs l JOIN executions e ON e.execution = l.execution
   WHERE l.run IS NOT NULL GROUP BY l.run;

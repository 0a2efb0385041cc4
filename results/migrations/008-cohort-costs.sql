-- Schema 8. How many students shared the steps of an epoch. Times are a trial's equal share of them, which adds up over trials but
-- says nothing of a single method: reports compare the costs of methods by runs that trained alone.

ALTER TABLE epochs ADD COLUMN students INTEGER DEFAULT 1;

CREATE OR REPLACE MACRO costs_of(wanted) AS TABLE
  SELECT run, max(epoch) AS epochs, avg(ms_per_step) AS mean_ms, median(ms_per_step) AS median_ms,
         max(peak_memory_mib) AS peak_memory_mib, max(students) AS students
    FROM epochs WHERE run IN (SELECT unnest(wanted)) GROUP BY run;

DROP TABLE run_costs;
CREATE TABLE run_costs AS SELECT * FROM costs_of((SELECT list(run) FROM runs));

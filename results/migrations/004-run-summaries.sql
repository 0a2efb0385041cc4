-- Schema 4. What every report asks of the epochs of a run, worked out once when the run is ingested: with a million epochs the
-- views that did it took longer than all the rest of a report. `ingest` replaces these rows together with the run's others.

-- Best and last epoch of every metric of some runs (a list of their names): the best is the earliest of equals.
CREATE MACRO best_and_last(wanted) AS TABLE
  SELECT run, task, name, split, 'best' AS selection,
         CASE WHEN lower_is_better(name) THEN min(value) ELSE max(value) END AS value,
         CASE WHEN lower_is_better(name) THEN arg_min(epoch, (value, epoch))
              ELSE arg_min(epoch, (-value, epoch)) END AS epoch
    FROM metrics WHERE value IS NOT NULL AND run IN (SELECT unnest(wanted)) GROUP BY run, task, name, split
  UNION ALL
  SELECT run, task, name, split, 'last' AS selection, arg_max(value, epoch) AS value, max(epoch) AS epoch
    FROM metrics WHERE value IS NOT NULL AND run IN (SELECT unnest(wanted)) GROUP BY run, task, name, split;

-- Epochs journalled, time of a step (the first epoch includes recording the graph, so the median), and memory of some runs.
CREATE MACRO costs_of(wanted) AS TABLE
  SELECT run, max(epoch) AS epochs, avg(ms_per_step) AS mean_ms, median(ms_per_step) AS median_ms,
         max(peak_memory_mib) AS peak_memory_mib
    FROM epochs WHERE run IN (SELECT unnest(wanted)) GROUP BY run;

DROP VIEW selections;
CREATE TABLE selections AS SELECT * FROM best_and_last((SELECT list(run) FROM runs));
CREATE TABLE run_costs AS SELECT * FROM costs_of((SELECT list(run) FROM runs));

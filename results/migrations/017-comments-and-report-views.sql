-- Schema 17. The database is for people: a comment on every table, view and column, with units; stored verdicts; and views for
-- reading in a schema of their own, `report`, since tables have the short names already. docs/database.md is made from it.

-- Verdicts and paired comparisons are worked out by the report's own code (reports/model) and stored by `ingest` in the same
-- transaction as what they are made from, so that SQL and the report say the same.
CREATE TABLE judgements (
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  rules VARCHAR NOT NULL
);

CREATE TABLE judged_cells (
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  cell VARCHAR NOT NULL,
  row_name VARCHAR NOT NULL,
  method VARCHAR NOT NULL,
  teacher VARCHAR,
  student VARCHAR NOT NULL,
  metric VARCHAR NOT NULL,
  unit VARCHAR NOT NULL,
  published DOUBLE,
  published_sd DOUBLE,
  published_selection VARCHAR,
  published_source VARCHAR,
  published_trust VARCHAR,
  seeds_planned INTEGER NOT NULL,
  seeds INTEGER NOT NULL,
  last_mean DOUBLE,
  last_sd DOUBLE,
  mean_low DOUBLE,
  mean_high DOUBLE,
  best_mean DOUBLE,
  best_sd DOUBLE,
  verdict VARCHAR NOT NULL,
  more_seeds INTEGER,
  reason VARCHAR NOT NULL,
  difference_last DOUBLE,
  interval_low_last DOUBLE,
  interval_high_last DOUBLE,
  difference_best DOUBLE,
  interval_low_best DOUBLE,
  interval_high_best DOUBLE,
  margin DOUBLE,
  not_comparable VARCHAR,
  seed_list VARCHAR,
  hardware VARCHAR,
  dataset VARCHAR,
  data_hash VARCHAR,
  recipe VARCHAR,
  word_alone VARCHAR,
  adjusted_p DOUBLE,
  tested_cells INTEGER,
  sd_used_last DOUBLE,
  sd_source_last VARCHAR,
  sd_used_best DOUBLE,
  sd_source_best VARCHAR,
  trials JSON NOT NULL,
  later_seeds VARCHAR,
  taught_by VARCHAR
);

CREATE TABLE judged_pairs (
  suite VARCHAR NOT NULL,
  scale VARCHAR NOT NULL,
  cell VARCHAR NOT NULL,
  row_name VARCHAR NOT NULL,
  method VARCHAR NOT NULL,
  teacher VARCHAR,
  student VARCHAR NOT NULL,
  metric VARCHAR NOT NULL,
  unit VARCHAR NOT NULL,
  baseline_row VARCHAR NOT NULL,
  baseline_method VARCHAR NOT NULL,
  seeds INTEGER NOT NULL,
  seed_list VARCHAR,
  difference DOUBLE,
  difference_sd DOUBLE,
  interval_low DOUBLE,
  interval_high DOUBLE,
  p DOUBLE,
  smallest_p DOUBLE,
  adjusted_p DOUBLE,
  tested INTEGER,
  stands BOOLEAN,
  doubt VARCHAR,
  missing VARCHAR
);

CREATE SCHEMA report;

CREATE VIEW report.cells AS
  SELECT c.suite, c.scale, c.cell, c.row_name, c.method, k.teacher, k.student, c.column_id, c.metric, j.unit,
         j.published, j.published_sd, j.published_selection, j.published_source, j.published_trust,
         c.published_table, c.no_reference, c.not_run, c.not_comparable,
         j.seeds_planned, j.seeds, j.last_mean, j.last_sd, j.mean_low, j.mean_high, j.best_mean, j.best_sd, j.verdict,
         j.dataset, j.data_hash, j.recipe, j.hardware
    FROM main.cells c
    LEFT JOIN main.plan_columns k ON k.suite = c.suite AND k.scale = c.scale AND k.id = c.column_id
    LEFT JOIN main.judged_cells j ON j.suite = c.suite AND j.scale = c.scale AND j.cell = c.cell
   ORDER BY c.suite, c.scale, c.position;

-- Where the publication does not say which epoch it reports, both were compared; the single columns are then of the last epoch.
CREATE VIEW report.verdicts AS
  SELECT j.suite, j.scale, j.cell, j.row_name, j.method, j.teacher, j.student, j.metric, j.unit, j.verdict, j.reason,
         j.published, j.published_selection, j.seeds,
         s.selection,
         CASE s.selection WHEN 'best' THEN j.best_mean WHEN 'last' THEN j.last_mean END AS mean,
         CASE s.selection WHEN 'best' THEN j.difference_best WHEN 'last' THEN j.difference_last END AS difference,
         CASE s.selection WHEN 'best' THEN j.interval_low_best WHEN 'last' THEN j.interval_low_last END AS interval_low,
         CASE s.selection WHEN 'best' THEN j.interval_high_best WHEN 'last' THEN j.interval_high_last END AS interval_high,
         j.margin, j.mean_low, j.mean_high,
         CASE s.selection WHEN 'best' THEN j.sd_used_best WHEN 'last' THEN j.sd_used_last END AS sd_used,
         CASE s.selection WHEN 'best' THEN j.sd_source_best WHEN 'last' THEN j.sd_source_last END AS sd_source,
         j.difference_best, j.interval_low_best, j.interval_high_best,
         j.difference_last, j.interval_low_last, j.interval_high_last,
         j.word_alone, j.adjusted_p, j.tested_cells, j.more_seeds, j.not_comparable,
         from_json(j.trials, '["VARCHAR"]') AS trials, j.seed_list, j.later_seeds, j.taught_by,
         j.hardware, j.dataset, j.data_hash, j.recipe, r.rules
    FROM main.judged_cells j
    JOIN main.judgements r ON r.suite = j.suite AND r.scale = j.scale
    JOIN main.cells c ON c.suite = j.suite AND c.scale = j.scale AND c.cell = j.cell
   CROSS JOIN LATERAL (SELECT CASE WHEN j.difference_last IS NOT NULL THEN 'last'
                                   WHEN j.difference_best IS NOT NULL THEN 'best' END AS selection) s
   ORDER BY c.suite, c.scale, c.position;

CREATE VIEW report.comparisons AS
  SELECT p.*, r.rules
    FROM main.judged_pairs p
    JOIN main.judgements r ON r.suite = p.suite AND r.scale = p.scale
    JOIN main.cells c ON c.suite = p.suite AND c.scale = p.scale AND c.cell = p.cell
   ORDER BY c.suite, c.scale, c.position, p.baseline_row;

CREATE VIEW report.runs AS
  SELECT r.run, r.trial, k.run IS NOT NULL AS counts, r.state, r.reason, t.implementation, t.task, t.scale, t.role,
         t.model, t.method, t.teacher_model, t.recipe, t.dataset, t.seed, r.attempt,
         coalesce(c.epochs, 0) AS epochs_done, t.epochs AS epochs_asked, r.seconds, c.median_ms AS ms_per_step,
         c.peak_memory_mib, c.students, r.parameters, e.device, e.cpu, e.gpu, e.tensorflow, e.commit_hash, e.dirty,
         r.fingerprint, r.weights, r.resumes, r.started_at, r.updated_at
    FROM main.runs r
    JOIN main.trials t ON t.trial = r.trial
    LEFT JOIN main.environments e ON e.environment = r.environment
    LEFT JOIN main.run_costs c ON c.run = r.run
    LEFT JOIN main.current_runs k ON k.run = r.run
   ORDER BY r.started_at, r.run;

-- Values are of the split that was held out: `test` where there is one, else the first by name that is not `train`.
CREATE VIEW report.seeds AS
  SELECT c.suite, c.scale, c.cell, c.row_name, c.method, c.column_id, c.metric, t.seed, t.trial, r.run,
         coalesce(r.state, 'not run') AS state, s.last, s.best, s.best_epoch,
         coalesce(list_contains(from_json(j.trials, '["VARCHAR"]'), t.trial), false) AS in_mean
    FROM main.cells c
    JOIN main.cell_trials x ON x.suite = c.suite AND x.scale = c.scale AND x.cell = c.cell
    JOIN main.trials t ON t.trial = x.trial
    LEFT JOIN main.current_runs r ON r.trial = t.trial
    LEFT JOIN (SELECT run, name, max(value) FILTER (selection = 'last') AS last, max(value) FILTER (selection = 'best') AS best,
                      max(epoch) FILTER (selection = 'best') AS best_epoch
                 FROM main.selections WHERE split <> 'train' GROUP BY run, name, split
              QUALIFY row_number() OVER (PARTITION BY run, name ORDER BY split <> 'test', split) = 1) s
           ON s.run = r.run AND s.name = c.metric
    LEFT JOIN main.judged_cells j ON j.suite = c.suite AND j.scale = c.scale AND j.cell = c.cell
   ORDER BY c.suite, c.scale, c.position, x.position;

-- Comments.

COMMENT ON TABLE schema_migrations IS 'Versions of this schema that were applied, one row each.';
COMMENT ON COLUMN schema_migrations.version IS 'Number of the migration.';
COMMENT ON COLUMN schema_migrations.name IS 'File of the migration, without its ending.';

COMMENT ON TABLE inputs IS 'Files that were read, by content. A file with the same content is not read again.';
COMMENT ON COLUMN inputs.path IS 'Path within the workspace; `published` for the published tables.';
COMMENT ON COLUMN inputs.kind IS '`journal`, `plan`, `published`, `execution`, `parity`, `bench`, `evaluation` or `acceptances`.';
COMMENT ON COLUMN inputs.bytes IS 'Length in bytes.';
COMMENT ON COLUMN inputs.sha256 IS 'SHA-256 of the content, hexadecimal.';
COMMENT ON COLUMN inputs.run IS 'Run that the file belongs to; NULL for files of no run.';

COMMENT ON TABLE suites IS 'Suites that were planned at any scale.';
COMMENT ON COLUMN suites.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN suites.title IS 'Title for people.';

COMMENT ON TABLE plans IS 'A suite at one scale, as it was last planned.';
COMMENT ON COLUMN plans.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN plans.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN plans.title IS 'Title for people.';
COMMENT ON COLUMN plans.not_comparable IS 'Why no number here may be set against a published one; NULL where each cell says it for itself.';
COMMENT ON COLUMN plans.margins IS 'JSON: metric -> equivalence margin, in the metric''s unit.';
COMMENT ON COLUMN plans.registered_seeds IS 'JSON array of the suite''s own seeds, where others were asked for beyond them; NULL: the plan has the suite''s own.';
COMMENT ON COLUMN plans.asked IS 'JSON of the request (scale, seeds, options) that made the plan; NULL: not recorded.';
COMMENT ON COLUMN plans.claims IS 'JSON array of what the suite claims of its own rows; NULL: nothing.';

COMMENT ON TABLE plan_columns IS 'The columns of a suite''s table: teacher and student.';
COMMENT ON COLUMN plan_columns.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN plan_columns.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN plan_columns.position IS 'Place within the suite, from 0.';
COMMENT ON COLUMN plan_columns.id IS 'Column, usually `TEACHER__STUDENT`.';
COMMENT ON COLUMN plan_columns.teacher IS 'Network of the teacher; NULL without one.';
COMMENT ON COLUMN plan_columns.student IS 'Network of the student.';

COMMENT ON TABLE plan_rows IS 'The rows of a suite''s table.';
COMMENT ON COLUMN plan_rows.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN plan_rows.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN plan_rows.position IS 'Place within the suite, from 0.';
COMMENT ON COLUMN plan_rows.name IS 'Name of the row, as the paper prints it.';
COMMENT ON COLUMN plan_rows.method IS 'Method with its plug-ins, in canonical order: `kd+lskd`. `none`: trained without a teacher.';

COMMENT ON TABLE cells IS 'One number of a table: what was planned, and which published number stands beside it. For reading, `report.cells` has more.';
COMMENT ON COLUMN cells.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN cells.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN cells.position IS 'Place within the suite, from 0.';
COMMENT ON COLUMN cells.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN cells.row_name IS 'Name of the row.';
COMMENT ON COLUMN cells.method IS 'Method with its plug-ins.';
COMMENT ON COLUMN cells.column_id IS 'Column of the table.';
COMMENT ON COLUMN cells.metric IS 'Metric: `top1`, `top5`, `AP`, `mIoU` ...';
COMMENT ON COLUMN cells.published_table IS 'Published table of the number beside it; NULL without one.';
COMMENT ON COLUMN cells.published_row IS 'Row in the published table.';
COMMENT ON COLUMN cells.published_column IS 'Column in the published table.';
COMMENT ON COLUMN cells.no_reference IS 'Why no published number stands beside it; NULL where one does.';
COMMENT ON COLUMN cells.not_run IS 'Why nothing can be trained for it; NULL where something can.';
COMMENT ON COLUMN cells.not_comparable IS 'Why its numbers may not be set against the published one; NULL where they may.';

COMMENT ON TABLE cell_trials IS 'Which trials a cell is made of, one per seed.';
COMMENT ON COLUMN cell_trials.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN cell_trials.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN cell_trials.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN cell_trials.position IS 'Place among the seeds of the cell, from 0.';
COMMENT ON COLUMN cell_trials.trial IS 'Trial: hash of everything that was asked for, 16 digits.';

COMMENT ON TABLE planned_trials IS 'Every trial of a plan, teachers too.';
COMMENT ON COLUMN planned_trials.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN planned_trials.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN planned_trials.position IS 'Place in the order of the plan, from 0.';
COMMENT ON COLUMN planned_trials.trial IS 'Trial: hash of everything that was asked for, 16 digits.';
COMMENT ON COLUMN planned_trials.gate IS 'Least value of the task''s headline metric that a teacher needs before it teaches, in percent; NULL: none.';
COMMENT ON COLUMN planned_trials.steps IS 'Training steps of the whole trial.';
COMMENT ON COLUMN planned_trials.after IS 'JSON array of the trials that must have completed before.';

COMMENT ON TABLE published IS 'What others published, one row per number. Sources may disagree.';
COMMENT ON COLUMN published.table_id IS 'Published table, a file of reference/published/tables.';
COMMENT ON COLUMN published.row_name IS 'Row, as printed.';
COMMENT ON COLUMN published.column_id IS 'Column.';
COMMENT ON COLUMN published.metric IS 'Metric.';
COMMENT ON COLUMN published.part IS 'Which of several numbers of one cell; NULL where there is one.';
COMMENT ON COLUMN published.value IS 'The number, in `unit`.';
COMMENT ON COLUMN published.sd IS 'Standard deviation over runs as printed, in `unit`; NULL: none printed.';
COMMENT ON COLUMN published.unit IS 'Unit of value and sd, mostly `%`.';
COMMENT ON COLUMN published.decimals IS 'Digits after the point, as printed.';
COMMENT ON COLUMN published.higher_is_better IS 'Whether a larger value is the better one.';
COMMENT ON COLUMN published.selection IS 'Which epoch it is from: `best`, `last`, `mean-last-k` or `unknown`.';
COMMENT ON COLUMN published.runs_averaged IS 'Runs that the number averages; NULL: not stated.';
COMMENT ON COLUMN published.paper IS 'The publication.';
COMMENT ON COLUMN published.caption IS 'Which of its tables.';
COMMENT ON COLUMN published.source IS 'Where the number was read.';
COMMENT ON COLUMN published.trust IS '`primary`: by the authors of the method; `reimplementation`: by others, trained; `secondary`: quoted.';
COMMENT ON COLUMN published.dataset IS 'Data set.';

COMMENT ON TABLE trials IS 'A trial is what was asked: one training with one seed.';
COMMENT ON COLUMN trials.trial IS 'Trial: hash of everything that was asked for, 16 digits.';
COMMENT ON COLUMN trials.implementation IS '`redistill`, `official` (a log of the authors) or `external` (their code, run here).';
COMMENT ON COLUMN trials.task IS '`classification`, `detection` or `segmentation`.';
COMMENT ON COLUMN trials.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN trials.role IS '`teacher` or `student`.';
COMMENT ON COLUMN trials.model IS 'Network that is trained.';
COMMENT ON COLUMN trials.method IS 'Method with its plug-ins; `none` without a teacher.';
COMMENT ON COLUMN trials.teacher_kind IS '`trial`, `checkpoint` or `unrecorded`; NULL without a teacher.';
COMMENT ON COLUMN trials.teacher_model IS 'Network of the teacher; NULL without one.';
COMMENT ON COLUMN trials.teacher_reference IS 'The teacher''s trial, or the SHA-256 of its weights; NULL where not known.';
COMMENT ON COLUMN trials.recipe IS 'Recipe: the training protocol, by name.';
COMMENT ON COLUMN trials.epochs IS 'Epochs of the whole training.';
COMMENT ON COLUMN trials.dataset IS 'Data set.';
COMMENT ON COLUMN trials.data_hash IS 'Hash of the pictures and labels.';
COMMENT ON COLUMN trials.seed IS 'Seed that every random stream is derived from.';
COMMENT ON COLUMN trials.spec IS 'JSON of everything that was asked, with the whole recipe.';

COMMENT ON TABLE environments IS 'Machines and software that runs were measured in.';
COMMENT ON COLUMN environments.environment IS 'Hash of the other columns, 16 digits.';
COMMENT ON COLUMN environments.cpu IS 'Processor. Several, joined by `, then`: the run moved.';
COMMENT ON COLUMN environments.cores IS 'Logical cores.';
COMMENT ON COLUMN environments.memory_gib IS 'Main memory, in GiB.';
COMMENT ON COLUMN environments.gpu IS 'GPU; NULL: none was used.';
COMMENT ON COLUMN environments.os IS 'Operating system and its version.';
COMMENT ON COLUMN environments.node IS 'Version of Node.';
COMMENT ON COLUMN environments.tensorflow IS 'Version of TensorFlow.';
COMMENT ON COLUMN environments.device IS '`cpu` or `gpu`.';
COMMENT ON COLUMN environments.threads_intra IS 'Threads within an operation.';
COMMENT ON COLUMN environments.threads_inter IS 'Threads across operations.';
COMMENT ON COLUMN environments.libvips IS 'Version of libvips, which decodes pictures.';
COMMENT ON COLUMN environments.commit_hash IS 'Commit of Redistill; NULL: not known.';
COMMENT ON COLUMN environments.dirty IS 'Whether the checkout had changes beyond that commit.';

COMMENT ON TABLE runs IS 'A run is one measurement of a trial. For reading, `report.runs` has more.';
COMMENT ON COLUMN runs.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN runs.trial IS 'Trial: hash of everything that was asked for, 16 digits.';
COMMENT ON COLUMN runs.attempt IS 'Attempt with the same numerics, from 1.';
COMMENT ON COLUMN runs.fingerprint IS 'Hash of all code and versions that the numbers depend on.';
COMMENT ON COLUMN runs.environment IS 'Where it began: a row of `environments`.';
COMMENT ON COLUMN runs.state IS '`completed`, `diverged`, `failed`, `infrastructure`, `timed-out`, `cancelled`, or `unfinished`.';
COMMENT ON COLUMN runs.reason IS 'Why it ended so, in a sentence.';
COMMENT ON COLUMN runs.weights IS 'SHA-256 of the final weights; NULL before the end.';
COMMENT ON COLUMN runs.initial_weights IS 'SHA-256 of the weights before the first step.';
COMMENT ON COLUMN runs.parameters IS 'Trainable parameters of the network.';
COMMENT ON COLUMN runs.steps_per_epoch IS 'Training steps in an epoch.';
COMMENT ON COLUMN runs.started_at IS 'Begin, UTC.';
COMMENT ON COLUMN runs.updated_at IS 'Last line of its journal, UTC.';
COMMENT ON COLUMN runs.seconds IS 'Duration over all its starts, in seconds; NULL before the end.';
COMMENT ON COLUMN runs.resumes IS 'How often it went on after an interruption.';
COMMENT ON COLUMN runs.lost_epochs IS 'Epochs that were trained twice, since a kill came before their checkpoint.';

COMMENT ON TABLE epochs IS 'One row per run and epoch: losses, time and memory.';
COMMENT ON COLUMN epochs.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN epochs.epoch IS 'Epoch, from 1.';
COMMENT ON COLUMN epochs.step IS 'Training steps since the begin, at the end of the epoch.';
COMMENT ON COLUMN epochs.lr IS 'Learning rate of the last step; NULL where a log does not say it.';
COMMENT ON COLUMN epochs.total_loss IS 'Mean of the trained loss over the epoch; NULL where it is no number.';
COMMENT ON COLUMN epochs.losses IS 'JSON: name of the loss term -> mean over the epoch.';
COMMENT ON COLUMN epochs.loss_chain IS 'Hash over the bits of all losses up to here: equal chains are equal trainings.';
COMMENT ON COLUMN epochs.train_seconds IS 'Training time in seconds; in a cohort the trial''s share. NULL: not known.';
COMMENT ON COLUMN epochs.eval_seconds IS 'Evaluation time in seconds; in a cohort the trial''s share. NULL: not known.';
COMMENT ON COLUMN epochs.ms_per_step IS 'Mean time of a training step in milliseconds; in a cohort the trial''s share. NULL: not known.';
COMMENT ON COLUMN epochs.peak_memory_mib IS 'Most memory that the process held so far, in MiB. NULL: not known.';
COMMENT ON COLUMN epochs.students IS 'Students that shared the steps; 1: it trained alone.';

COMMENT ON TABLE metrics IS 'One row per run, epoch and metric.';
COMMENT ON COLUMN metrics.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN metrics.epoch IS 'Epoch, from 1.';
COMMENT ON COLUMN metrics.task IS 'Task that defines the metric.';
COMMENT ON COLUMN metrics.name IS 'Metric.';
COMMENT ON COLUMN metrics.split IS 'Split it was measured on: `test`, `val`, `train`.';
COMMENT ON COLUMN metrics.value IS 'Value, in the metric''s unit (accuracies and AP in percent); NULL: NaN or infinite.';

COMMENT ON TABLE checkpoints IS 'Checkpoints that a run announced. Older ones are removed from the disk as newer ones come.';
COMMENT ON COLUMN checkpoints.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN checkpoints.seq IS 'Line of the journal, from 0.';
COMMENT ON COLUMN checkpoints.epoch IS 'Epochs completed then.';
COMMENT ON COLUMN checkpoints.step IS 'Training steps done then.';
COMMENT ON COLUMN checkpoints.file IS 'File within the run''s folder.';
COMMENT ON COLUMN checkpoints.sha256 IS 'SHA-256 of the file, hexadecimal.';

COMMENT ON TABLE events IS 'What happened in a run beyond its epochs.';
COMMENT ON COLUMN events.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN events.seq IS 'Line of the journal, from 0.';
COMMENT ON COLUMN events.time IS 'When, UTC.';
COMMENT ON COLUMN events.kind IS 'Kind of event, one word.';
COMMENT ON COLUMN events.message IS 'What happened, in a sentence.';
COMMENT ON COLUMN events.data IS 'JSON with details; NULL without any.';

COMMENT ON TABLE executions IS 'One call of `run` or `nightly` that measured something, or tried to.';
COMMENT ON COLUMN executions.execution IS 'Name: time and suite.';
COMMENT ON COLUMN executions.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN executions.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN executions.kind IS '`run` or `nightly`.';
COMMENT ON COLUMN executions.started_at IS 'Begin, UTC.';
COMMENT ON COLUMN executions.fixed_seeds IS 'JSON array of seeds that only watch the bits.';

COMMENT ON TABLE execution_cells IS 'The cells of an execution as they were then, one row per trial.';
COMMENT ON COLUMN execution_cells.execution IS 'The execution.';
COMMENT ON COLUMN execution_cells.position IS 'Place within the suite, from 0.';
COMMENT ON COLUMN execution_cells.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN execution_cells.metric IS 'Metric.';
COMMENT ON COLUMN execution_cells.margin IS 'Equivalence margin, in the metric''s unit; NULL: none was stated.';
COMMENT ON COLUMN execution_cells.trial IS 'Trial: hash of everything that was asked for, 16 digits.';

COMMENT ON TABLE execution_runs IS 'How each trial of an execution came out.';
COMMENT ON COLUMN execution_runs.execution IS 'The execution.';
COMMENT ON COLUMN execution_runs.trial IS 'Trial: hash of everything that was asked for, 16 digits.';
COMMENT ON COLUMN execution_runs.run IS 'Its run; NULL where none was made.';
COMMENT ON COLUMN execution_runs.state IS 'End state.';
COMMENT ON COLUMN execution_runs.reason IS 'Why, in a sentence.';

COMMENT ON TABLE acceptances IS 'What a human accepted by `redistill check accept`.';
COMMENT ON COLUMN acceptances.position IS 'Line of acceptances.jsonl, from 0.';
COMMENT ON COLUMN acceptances.time IS 'When, UTC.';
COMMENT ON COLUMN acceptances.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN acceptances.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN acceptances.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN acceptances.author IS 'Who said so.';
COMMENT ON COLUMN acceptances.reason IS 'Why.';

COMMENT ON TABLE selections IS 'Best and last value of every metric of a run, worked out at ingest.';
COMMENT ON COLUMN selections.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN selections.task IS 'Task that defines the metric.';
COMMENT ON COLUMN selections.name IS 'Metric.';
COMMENT ON COLUMN selections.split IS 'Split it was measured on.';
COMMENT ON COLUMN selections.selection IS '`best`: over all epochs, the earliest of equals; `last`: of the last epoch.';
COMMENT ON COLUMN selections.value IS 'Value, in the metric''s unit.';
COMMENT ON COLUMN selections.epoch IS 'Epoch it is from.';

COMMENT ON TABLE run_costs IS 'Time and memory of a run, worked out at ingest.';
COMMENT ON COLUMN run_costs.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN run_costs.epochs IS 'Last epoch that was journalled.';
COMMENT ON COLUMN run_costs.mean_ms IS 'Mean over the epochs of the time of a step, in milliseconds.';
COMMENT ON COLUMN run_costs.median_ms IS 'Median of the same, in milliseconds; the first epoch includes recording the graph.';
COMMENT ON COLUMN run_costs.peak_memory_mib IS 'Most memory that the process held, in MiB.';
COMMENT ON COLUMN run_costs.students IS 'Most students that shared a step; 1: it trained alone.';

COMMENT ON TABLE parity_runs IS 'Results of `redistill verify`: comparisons with numbers of official code.';
COMMENT ON COLUMN parity_runs.parity IS 'Name: time and mode.';
COMMENT ON COLUMN parity_runs.started_at IS 'Begin, UTC.';
COMMENT ON COLUMN parity_runs.mode IS '`recorded` (one graph per step) or `eager`.';
COMMENT ON COLUMN parity_runs.own_golden IS 'Whether the golden files were those of the project.';
COMMENT ON COLUMN parity_runs.seconds IS 'Duration, in seconds.';
COMMENT ON COLUMN parity_runs.cpu IS 'Processor.';
COMMENT ON COLUMN parity_runs.cores IS 'Logical cores.';
COMMENT ON COLUMN parity_runs.os IS 'Operating system and its version.';
COMMENT ON COLUMN parity_runs.node IS 'Version of Node.';
COMMENT ON COLUMN parity_runs.tensorflow IS 'Version of TensorFlow.';
COMMENT ON COLUMN parity_runs.commit_hash IS 'Commit of Redistill; NULL: not known.';
COMMENT ON COLUMN parity_runs.dirty IS 'Whether the checkout had changes beyond that commit.';
COMMENT ON COLUMN parity_runs.not_covered IS 'JSON array of golden files that no check claims.';
COMMENT ON COLUMN parity_runs.sample_files IS 'Golden files of a sample; NULL: all were checked.';
COMMENT ON COLUMN parity_runs.sample_of IS 'Golden files that a whole run checks; NULL: it was one.';

COMMENT ON TABLE parity_cases IS 'One comparison with a number of official code.';
COMMENT ON COLUMN parity_cases.parity IS 'The result of `verify`.';
COMMENT ON COLUMN parity_cases.position IS 'Place in the result, from 0.';
COMMENT ON COLUMN parity_cases.file IS 'Golden file.';
COMMENT ON COLUMN parity_cases.name IS 'Case within the file.';
COMMENT ON COLUMN parity_cases.ok IS 'Whether it is within its tolerance.';
COMMENT ON COLUMN parity_cases.max_error IS 'Largest difference, relative to the scale of the values; NULL where shapes or finiteness differ.';
COMMENT ON COLUMN parity_cases.tolerance IS 'Largest difference that passes, in the same measure.';
COMMENT ON COLUMN parity_cases.note IS 'What is to be said of it; NULL: nothing.';
COMMENT ON COLUMN parity_cases.skipped IS 'Whether the official code has no finite number to compare with.';

COMMENT ON TABLE evaluations IS 'What detection and segmentation runs say beyond their journals.';
COMMENT ON COLUMN evaluations.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN evaluations.artefact IS 'JSON: AP per category, curves, confusion, samples.';

COMMENT ON TABLE sample_pictures IS 'Pictures that evaluations show.';
COMMENT ON COLUMN sample_pictures.sha256 IS 'SHA-256 of the file, hexadecimal.';
COMMENT ON COLUMN sample_pictures.media_type IS 'Media type: `image/png`, `image/jpeg`.';
COMMENT ON COLUMN sample_pictures.base64 IS 'The file, Base64.';

COMMENT ON TABLE bench_runs IS 'Results of `redistill bench`.';
COMMENT ON COLUMN bench_runs.bench IS 'Name: time and suite.';
COMMENT ON COLUMN bench_runs.suite IS '`step`, `cohort`, `methods`, `store`, `report` or `coco`.';
COMMENT ON COLUMN bench_runs.started_at IS 'Begin, UTC.';
COMMENT ON COLUMN bench_runs.seconds IS 'Duration, in seconds.';
COMMENT ON COLUMN bench_runs.cpu IS 'Processor.';
COMMENT ON COLUMN bench_runs.cores IS 'Logical cores.';
COMMENT ON COLUMN bench_runs.memory_gib IS 'Main memory, in GiB.';
COMMENT ON COLUMN bench_runs.gpu IS 'GPU; NULL: none was used.';
COMMENT ON COLUMN bench_runs.os IS 'Operating system and its version.';
COMMENT ON COLUMN bench_runs.node IS 'Version of Node.';
COMMENT ON COLUMN bench_runs.tensorflow IS 'Version of TensorFlow; NULL: not used.';
COMMENT ON COLUMN bench_runs.torch IS 'Version of PyTorch, the peer; NULL: not used or not found.';
COMMENT ON COLUMN bench_runs.load IS 'Processes that wanted a core in the minute before the end. Above `cores` the bench was not alone.';
COMMENT ON COLUMN bench_runs.commit_hash IS 'Commit of Redistill; NULL: not known.';
COMMENT ON COLUMN bench_runs.dirty IS 'Whether the checkout had changes beyond that commit.';

COMMENT ON TABLE bench_figures IS 'One figure of a bench.';
COMMENT ON COLUMN bench_figures.bench IS 'The bench.';
COMMENT ON COLUMN bench_figures.position IS 'Place in the result, from 0.';
COMMENT ON COLUMN bench_figures.name IS 'What was measured.';
COMMENT ON COLUMN bench_figures.side IS '`redistill` or `peer`.';
COMMENT ON COLUMN bench_figures.variant IS 'Which way of doing it: `recorded`, `eager`, a method.';
COMMENT ON COLUMN bench_figures.workers IS 'Processes at work.';
COMMENT ON COLUMN bench_figures.threads IS 'Threads of each.';
COMMENT ON COLUMN bench_figures.quantity IS 'What the value is: time, memory, rate.';
COMMENT ON COLUMN bench_figures.value IS 'Median of the samples, in `unit`.';
COMMENT ON COLUMN bench_figures.unit IS 'Unit of value, smallest and deviation: `ms`, `MiB`, `1/s`.';
COMMENT ON COLUMN bench_figures.samples IS 'Number of samples.';
COMMENT ON COLUMN bench_figures.smallest IS 'Smallest sample, in `unit`; NULL without several.';
COMMENT ON COLUMN bench_figures.deviation IS 'Median absolute deviation of the samples, in `unit`; NULL without several.';

COMMENT ON TABLE judgements IS 'Which suites were judged at which scale, and by which rules.';
COMMENT ON COLUMN judgements.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN judgements.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN judgements.rules IS 'Hash of the code that judged: equal hashes are equal rules.';

COMMENT ON TABLE judged_cells IS 'The verdict of every cell, stored by `ingest`. For reading: `report.verdicts`.';
COMMENT ON COLUMN judged_cells.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN judged_cells.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN judged_cells.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN judged_cells.row_name IS 'Name of the row.';
COMMENT ON COLUMN judged_cells.method IS 'Method with its plug-ins.';
COMMENT ON COLUMN judged_cells.teacher IS 'Network of the teacher; NULL without one.';
COMMENT ON COLUMN judged_cells.student IS 'Network of the student.';
COMMENT ON COLUMN judged_cells.metric IS 'Metric.';
COMMENT ON COLUMN judged_cells.unit IS 'Unit of all its values, mostly `%`.';
COMMENT ON COLUMN judged_cells.published IS 'Published number, in `unit`; NULL without one.';
COMMENT ON COLUMN judged_cells.published_sd IS 'Its standard deviation as printed, in `unit`; NULL: none printed.';
COMMENT ON COLUMN judged_cells.published_selection IS 'Which epoch it is from: `best`, `last`, `mean-last-k` or `unknown`.';
COMMENT ON COLUMN judged_cells.published_source IS 'Where it was read.';
COMMENT ON COLUMN judged_cells.published_trust IS '`primary`, `reimplementation` or `secondary`.';
COMMENT ON COLUMN judged_cells.seeds_planned IS 'Seeds that the plan has.';
COMMENT ON COLUMN judged_cells.seeds IS 'Seeds that completed and are in the mean.';
COMMENT ON COLUMN judged_cells.last_mean IS 'Mean over the seeds of the last epoch, in `unit`.';
COMMENT ON COLUMN judged_cells.last_sd IS 'Standard deviation of the same over the seeds, in `unit`.';
COMMENT ON COLUMN judged_cells.mean_low IS 'Lower end of the 90 % interval of the mean itself, last epoch; only of own studies, which are set against no published number.';
COMMENT ON COLUMN judged_cells.mean_high IS 'Upper end of the 90 % interval of the mean itself, last epoch; only of own studies, which are set against no published number.';
COMMENT ON COLUMN judged_cells.best_mean IS 'Mean over the seeds of each one''s best epoch, in `unit`.';
COMMENT ON COLUMN judged_cells.best_sd IS 'Standard deviation of the same over the seeds, in `unit`.';
COMMENT ON COLUMN judged_cells.verdict IS 'What the statistics say: `reproduced`, `below`, `above`, `inconclusive`, `measured` (own studies), `not comparable`, `no reference`, `not run` or `failed`.';
COMMENT ON COLUMN judged_cells.more_seeds IS 'With `inconclusive`: fresh seeds that would decide with a power of 80 %; NULL where seeds cannot.';
COMMENT ON COLUMN judged_cells.reason IS 'What the verdict rests on, in a sentence.';
COMMENT ON COLUMN judged_cells.difference_last IS 'Mean of the last epoch less the published number, in `unit`; NULL where not compared.';
COMMENT ON COLUMN judged_cells.interval_low_last IS 'Lower end of the 90 % interval of `difference_last`.';
COMMENT ON COLUMN judged_cells.interval_high_last IS 'Upper end of the 90 % interval of `difference_last`.';
COMMENT ON COLUMN judged_cells.difference_best IS 'Mean of the best epoch less the published number, in `unit`; NULL where not compared.';
COMMENT ON COLUMN judged_cells.interval_low_best IS 'Lower end of the 90 % interval of `difference_best`.';
COMMENT ON COLUMN judged_cells.interval_high_best IS 'Upper end of the 90 % interval of `difference_best`.';
COMMENT ON COLUMN judged_cells.margin IS 'Equivalence margin of the metric, in `unit`; NULL: the suite states none.';
COMMENT ON COLUMN judged_cells.not_comparable IS 'Why measured and published may not be compared; NULL where they may.';
COMMENT ON COLUMN judged_cells.seed_list IS 'Seeds in the mean, separated by blanks.';
COMMENT ON COLUMN judged_cells.hardware IS 'Machines that measured it.';
COMMENT ON COLUMN judged_cells.dataset IS 'Data set.';
COMMENT ON COLUMN judged_cells.data_hash IS 'Hash of the pictures and labels.';
COMMENT ON COLUMN judged_cells.recipe IS 'Recipe.';
COMMENT ON COLUMN judged_cells.word_alone IS 'Verdict of the cell by itself, before all cells of the table are looked at together; NULL where no test was made.';
COMMENT ON COLUMN judged_cells.adjusted_p IS 'p-value of that word after Benjamini-Hochberg over the tested cells; NULL where no test was made.';
COMMENT ON COLUMN judged_cells.tested_cells IS 'Cells of the table that were tested together; NULL where no test was made.';
COMMENT ON COLUMN judged_cells.sd_used_last IS 'Standard deviation behind the interval of the last epoch, in `unit`.';
COMMENT ON COLUMN judged_cells.sd_source_last IS '`own`: of the cell; `pooled`: of the table.';
COMMENT ON COLUMN judged_cells.sd_used_best IS 'Standard deviation behind the interval of the best epoch, in `unit`.';
COMMENT ON COLUMN judged_cells.sd_source_best IS '`own`: of the cell; `pooled`: of the table.';
COMMENT ON COLUMN judged_cells.trials IS 'JSON array of the trials in the mean.';
COMMENT ON COLUMN judged_cells.later_seeds IS 'Seeds beyond those of the suite, separated by blanks: shown, but in no verdict.';
COMMENT ON COLUMN judged_cells.taught_by IS 'Teachers, separated by `; `: network and first digits of its weights.';

COMMENT ON TABLE judged_pairs IS 'Paired differences between two rows of a table, stored by `ingest`. For reading: `report.comparisons`.';
COMMENT ON COLUMN judged_pairs.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN judged_pairs.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN judged_pairs.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN judged_pairs.row_name IS 'Name of the row.';
COMMENT ON COLUMN judged_pairs.method IS 'Method with its plug-ins.';
COMMENT ON COLUMN judged_pairs.teacher IS 'Network of the teacher; NULL without one.';
COMMENT ON COLUMN judged_pairs.student IS 'Network of the student.';
COMMENT ON COLUMN judged_pairs.metric IS 'Metric.';
COMMENT ON COLUMN judged_pairs.unit IS 'Unit of the differences.';
COMMENT ON COLUMN judged_pairs.baseline_row IS 'Row that it is compared with.';
COMMENT ON COLUMN judged_pairs.baseline_method IS 'Method of that row.';
COMMENT ON COLUMN judged_pairs.seeds IS 'Seeds that both have.';
COMMENT ON COLUMN judged_pairs.seed_list IS 'Those seeds, separated by blanks.';
COMMENT ON COLUMN judged_pairs.difference IS 'Mean over the shared seeds of row less baseline, last epoch, in `unit`; NULL: not compared.';
COMMENT ON COLUMN judged_pairs.difference_sd IS 'Standard deviation of the differences, in `unit`; NULL for one seed.';
COMMENT ON COLUMN judged_pairs.interval_low IS 'Lower end of the 90 % interval of the difference; NULL for one seed.';
COMMENT ON COLUMN judged_pairs.interval_high IS 'Upper end of the 90 % interval of the difference; NULL for one seed.';
COMMENT ON COLUMN judged_pairs.p IS 'Two-sided p-value of the sign-flip test.';
COMMENT ON COLUMN judged_pairs.smallest_p IS 'Least p-value that so many seeds can give.';
COMMENT ON COLUMN judged_pairs.adjusted_p IS 'p-value after Benjamini-Hochberg over the table; NULL where the seeds are too few to decide.';
COMMENT ON COLUMN judged_pairs.tested IS 'Comparisons of the table that were tested together; NULL likewise.';
COMMENT ON COLUMN judged_pairs.stands IS 'Whether one of the two may be called the better one; NULL where the seeds are too few to decide.';
COMMENT ON COLUMN judged_pairs.doubt IS 'Why nothing may be concluded from the seeds of one of the two; NULL where something may.';
COMMENT ON COLUMN judged_pairs.missing IS 'Why there is no difference; NULL where there is one.';

COMMENT ON VIEW current_runs IS 'The run that stands for its trial: a completed one before any other, then the latest. Columns as in `runs`.';
COMMENT ON COLUMN current_runs.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN current_runs.trial IS 'Trial: hash of everything that was asked for, 16 digits.';
COMMENT ON COLUMN current_runs.attempt IS 'Attempt with the same numerics, from 1.';
COMMENT ON COLUMN current_runs.fingerprint IS 'Hash of all code and versions that the numbers depend on.';
COMMENT ON COLUMN current_runs.environment IS 'Where it began: a row of `environments`.';
COMMENT ON COLUMN current_runs.state IS '`completed`, `diverged`, `failed`, `infrastructure`, `timed-out`, `cancelled`, or `unfinished`.';
COMMENT ON COLUMN current_runs.reason IS 'Why it ended so, in a sentence.';
COMMENT ON COLUMN current_runs.weights IS 'SHA-256 of the final weights; NULL before the end.';
COMMENT ON COLUMN current_runs.initial_weights IS 'SHA-256 of the weights before the first step.';
COMMENT ON COLUMN current_runs.parameters IS 'Trainable parameters of the network.';
COMMENT ON COLUMN current_runs.steps_per_epoch IS 'Training steps in an epoch.';
COMMENT ON COLUMN current_runs.started_at IS 'Begin, UTC.';
COMMENT ON COLUMN current_runs.updated_at IS 'Last line of its journal, UTC.';
COMMENT ON COLUMN current_runs.seconds IS 'Duration over all its starts, in seconds; NULL before the end.';
COMMENT ON COLUMN current_runs.resumes IS 'How often it went on after an interruption.';
COMMENT ON COLUMN current_runs.lost_epochs IS 'Epochs that were trained twice, since a kill came before their checkpoint.';

COMMENT ON VIEW official_cells IS 'Trials of official or external code that stand beside a cell: same method, pair and data set.';
COMMENT ON COLUMN official_cells.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN official_cells.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN official_cells.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN official_cells.trial IS 'Trial: hash of everything that was asked for, 16 digits.';

COMMENT ON VIEW run_executions IS 'Which execution a run belongs to: the first that saw it end.';
COMMENT ON COLUMN run_executions.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN run_executions.execution IS 'The execution.';

COMMENT ON VIEW cell_runs IS 'One row per cell, execution and run: what a history is drawn from.';
COMMENT ON COLUMN cell_runs.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN cell_runs.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN cell_runs.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN cell_runs.metric IS 'Metric.';
COMMENT ON COLUMN cell_runs.margin IS 'Equivalence margin, in the metric''s unit; NULL: none.';
COMMENT ON COLUMN cell_runs.execution IS 'The execution; a day (`YYYY-MM-DD`) for runs that none lists.';
COMMENT ON COLUMN cell_runs.kind IS '`run`, `nightly` or `journals` (runs that no execution lists).';
COMMENT ON COLUMN cell_runs.executed_at IS 'Begin of the execution, UTC.';
COMMENT ON COLUMN cell_runs.fixed_seeds IS 'JSON array of seeds that only watch the bits.';
COMMENT ON COLUMN cell_runs.trial IS 'Trial: hash of everything that was asked for, 16 digits.';
COMMENT ON COLUMN cell_runs.run IS 'The run; NULL where none was made.';
COMMENT ON COLUMN cell_runs.state IS 'End state.';
COMMENT ON COLUMN cell_runs.reason IS 'Why, in a sentence.';

COMMENT ON VIEW report.cells IS 'Every cell with what was planned, published and measured.';
COMMENT ON COLUMN report.cells.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN report.cells.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN report.cells.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN report.cells.row_name IS 'Name of the row.';
COMMENT ON COLUMN report.cells.method IS 'Method with its plug-ins.';
COMMENT ON COLUMN report.cells.teacher IS 'Network of the teacher; NULL without one.';
COMMENT ON COLUMN report.cells.student IS 'Network of the student.';
COMMENT ON COLUMN report.cells.column_id IS 'Column of the table.';
COMMENT ON COLUMN report.cells.metric IS 'Metric.';
COMMENT ON COLUMN report.cells.unit IS 'Unit of all its values, mostly `%`.';
COMMENT ON COLUMN report.cells.published IS 'Published number, in `unit`; NULL without one.';
COMMENT ON COLUMN report.cells.published_sd IS 'Its standard deviation as printed, in `unit`; NULL: none printed.';
COMMENT ON COLUMN report.cells.published_selection IS 'Which epoch it is from: `best`, `last`, `mean-last-k` or `unknown`.';
COMMENT ON COLUMN report.cells.published_source IS 'Where it was read.';
COMMENT ON COLUMN report.cells.published_trust IS '`primary`, `reimplementation` or `secondary`.';
COMMENT ON COLUMN report.cells.published_table IS 'Published table of the number beside it; NULL without one.';
COMMENT ON COLUMN report.cells.no_reference IS 'Why no published number stands beside it; NULL where one does.';
COMMENT ON COLUMN report.cells.not_run IS 'Why nothing can be trained for it; NULL where something can.';
COMMENT ON COLUMN report.cells.not_comparable IS 'Why measured and published may not be compared; NULL where they may.';
COMMENT ON COLUMN report.cells.seeds_planned IS 'Seeds that the plan has.';
COMMENT ON COLUMN report.cells.seeds IS 'Seeds that completed and are in the mean.';
COMMENT ON COLUMN report.cells.last_mean IS 'Mean over the seeds of the last epoch, in `unit`.';
COMMENT ON COLUMN report.cells.last_sd IS 'Standard deviation of the same over the seeds, in `unit`.';
COMMENT ON COLUMN report.cells.mean_low IS 'Lower end of the 90 % interval of the mean itself, last epoch; only of own studies, which are set against no published number.';
COMMENT ON COLUMN report.cells.mean_high IS 'Upper end of the 90 % interval of the mean itself, last epoch; only of own studies, which are set against no published number.';
COMMENT ON COLUMN report.cells.best_mean IS 'Mean over the seeds of each one''s best epoch, in `unit`.';
COMMENT ON COLUMN report.cells.best_sd IS 'Standard deviation of the same over the seeds, in `unit`.';
COMMENT ON COLUMN report.cells.verdict IS 'What the statistics say: `reproduced`, `below`, `above`, `inconclusive`, `measured` (own studies), `not comparable`, `no reference`, `not run` or `failed`.';
COMMENT ON COLUMN report.cells.dataset IS 'Data set.';
COMMENT ON COLUMN report.cells.data_hash IS 'Hash of the pictures and labels.';
COMMENT ON COLUMN report.cells.recipe IS 'Recipe.';
COMMENT ON COLUMN report.cells.hardware IS 'Machines that measured it.';

COMMENT ON VIEW report.verdicts IS 'The verdict of every cell, with difference, interval, margin and trials: what the report shows, as rows.';
COMMENT ON COLUMN report.verdicts.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN report.verdicts.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN report.verdicts.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN report.verdicts.row_name IS 'Name of the row.';
COMMENT ON COLUMN report.verdicts.method IS 'Method with its plug-ins.';
COMMENT ON COLUMN report.verdicts.teacher IS 'Network of the teacher; NULL without one.';
COMMENT ON COLUMN report.verdicts.student IS 'Network of the student.';
COMMENT ON COLUMN report.verdicts.metric IS 'Metric.';
COMMENT ON COLUMN report.verdicts.unit IS 'Unit of all its values, mostly `%`.';
COMMENT ON COLUMN report.verdicts.verdict IS 'What the statistics say: `reproduced`, `below`, `above`, `inconclusive`, `measured` (own studies), `not comparable`, `no reference`, `not run` or `failed`.';
COMMENT ON COLUMN report.verdicts.reason IS 'What the verdict rests on, in a sentence.';
COMMENT ON COLUMN report.verdicts.published IS 'Published number, in `unit`; NULL without one.';
COMMENT ON COLUMN report.verdicts.published_selection IS 'Which epoch it is from: `best`, `last`, `mean-last-k` or `unknown`.';
COMMENT ON COLUMN report.verdicts.seeds IS 'Seeds that completed and are in the mean.';
COMMENT ON COLUMN report.verdicts.selection IS 'Epoch that was compared: `best` or `last`. Where the publication does not say, both were, and this column says `last`; NULL: not compared.';
COMMENT ON COLUMN report.verdicts.mean IS 'Mean over the seeds by that selection, in `unit`.';
COMMENT ON COLUMN report.verdicts.difference IS 'Mean less published number by that selection, in `unit`.';
COMMENT ON COLUMN report.verdicts.interval_low IS 'Lower end of the 90 % interval of the difference.';
COMMENT ON COLUMN report.verdicts.interval_high IS 'Upper end of the 90 % interval of the difference.';
COMMENT ON COLUMN report.verdicts.margin IS 'Equivalence margin of the metric, in `unit`; NULL: the suite states none.';
COMMENT ON COLUMN report.verdicts.mean_low IS 'Lower end of the 90 % interval of the mean itself, last epoch; only of own studies, which are set against no published number.';
COMMENT ON COLUMN report.verdicts.mean_high IS 'Upper end of the 90 % interval of the mean itself, last epoch; only of own studies, which are set against no published number.';
COMMENT ON COLUMN report.verdicts.sd_used IS 'Standard deviation behind the interval, in `unit`.';
COMMENT ON COLUMN report.verdicts.sd_source IS '`own`: of the cell; `pooled`: of the table.';
COMMENT ON COLUMN report.verdicts.difference_best IS 'Mean of the best epoch less the published number, in `unit`; NULL where not compared.';
COMMENT ON COLUMN report.verdicts.interval_low_best IS 'Lower end of the 90 % interval of `difference_best`.';
COMMENT ON COLUMN report.verdicts.interval_high_best IS 'Upper end of the 90 % interval of `difference_best`.';
COMMENT ON COLUMN report.verdicts.difference_last IS 'Mean of the last epoch less the published number, in `unit`; NULL where not compared.';
COMMENT ON COLUMN report.verdicts.interval_low_last IS 'Lower end of the 90 % interval of `difference_last`.';
COMMENT ON COLUMN report.verdicts.interval_high_last IS 'Upper end of the 90 % interval of `difference_last`.';
COMMENT ON COLUMN report.verdicts.word_alone IS 'Verdict of the cell by itself, before all cells of the table are looked at together; NULL where no test was made.';
COMMENT ON COLUMN report.verdicts.adjusted_p IS 'p-value of that word after Benjamini-Hochberg over the tested cells; NULL where no test was made.';
COMMENT ON COLUMN report.verdicts.tested_cells IS 'Cells of the table that were tested together; NULL where no test was made.';
COMMENT ON COLUMN report.verdicts.more_seeds IS 'With `inconclusive`: fresh seeds that would decide with a power of 80 %; NULL where seeds cannot.';
COMMENT ON COLUMN report.verdicts.not_comparable IS 'Why measured and published may not be compared; NULL where they may.';
COMMENT ON COLUMN report.verdicts.trials IS 'Trials in the mean, a list.';
COMMENT ON COLUMN report.verdicts.seed_list IS 'Seeds in the mean, separated by blanks.';
COMMENT ON COLUMN report.verdicts.later_seeds IS 'Seeds beyond those of the suite, separated by blanks: shown, but in no verdict.';
COMMENT ON COLUMN report.verdicts.taught_by IS 'Teachers, separated by `; `: network and first digits of its weights.';
COMMENT ON COLUMN report.verdicts.hardware IS 'Machines that measured it.';
COMMENT ON COLUMN report.verdicts.dataset IS 'Data set.';
COMMENT ON COLUMN report.verdicts.data_hash IS 'Hash of the pictures and labels.';
COMMENT ON COLUMN report.verdicts.recipe IS 'Recipe.';
COMMENT ON COLUMN report.verdicts.rules IS 'Hash of the code that judged: equal hashes are equal rules.';

COMMENT ON VIEW report.comparisons IS 'Paired differences over shared seeds: a method against the student alone, plain KD, and itself without plug-ins.';
COMMENT ON COLUMN report.comparisons.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN report.comparisons.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN report.comparisons.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN report.comparisons.row_name IS 'Name of the row.';
COMMENT ON COLUMN report.comparisons.method IS 'Method with its plug-ins.';
COMMENT ON COLUMN report.comparisons.teacher IS 'Network of the teacher; NULL without one.';
COMMENT ON COLUMN report.comparisons.student IS 'Network of the student.';
COMMENT ON COLUMN report.comparisons.metric IS 'Metric.';
COMMENT ON COLUMN report.comparisons.unit IS 'Unit of the differences.';
COMMENT ON COLUMN report.comparisons.baseline_row IS 'Row that it is compared with.';
COMMENT ON COLUMN report.comparisons.baseline_method IS 'Method of that row.';
COMMENT ON COLUMN report.comparisons.seeds IS 'Seeds that both have.';
COMMENT ON COLUMN report.comparisons.seed_list IS 'Those seeds, separated by blanks.';
COMMENT ON COLUMN report.comparisons.difference IS 'Mean over the shared seeds of row less baseline, last epoch, in `unit`; NULL: not compared.';
COMMENT ON COLUMN report.comparisons.difference_sd IS 'Standard deviation of the differences, in `unit`; NULL for one seed.';
COMMENT ON COLUMN report.comparisons.interval_low IS 'Lower end of the 90 % interval of the difference; NULL for one seed.';
COMMENT ON COLUMN report.comparisons.interval_high IS 'Upper end of the 90 % interval of the difference; NULL for one seed.';
COMMENT ON COLUMN report.comparisons.p IS 'Two-sided p-value of the sign-flip test.';
COMMENT ON COLUMN report.comparisons.smallest_p IS 'Least p-value that so many seeds can give.';
COMMENT ON COLUMN report.comparisons.adjusted_p IS 'p-value after Benjamini-Hochberg over the table; NULL where the seeds are too few to decide.';
COMMENT ON COLUMN report.comparisons.tested IS 'Comparisons of the table that were tested together; NULL likewise.';
COMMENT ON COLUMN report.comparisons.stands IS 'Whether one of the two may be called the better one; NULL where the seeds are too few to decide.';
COMMENT ON COLUMN report.comparisons.doubt IS 'Why nothing may be concluded from the seeds of one of the two; NULL where something may.';
COMMENT ON COLUMN report.comparisons.missing IS 'Why there is no difference; NULL where there is one.';
COMMENT ON COLUMN report.comparisons.rules IS 'Hash of the code that judged: equal hashes are equal rules.';

COMMENT ON VIEW report.runs IS 'Every run with what was trained, how it ended, what it cost and where.';
COMMENT ON COLUMN report.runs.run IS 'Run: one measurement of a trial, `TRIAL-FINGERPRINT-ATTEMPT`.';
COMMENT ON COLUMN report.runs.trial IS 'Trial: hash of everything that was asked for, 16 digits.';
COMMENT ON COLUMN report.runs.counts IS 'Whether it is the run that stands for its trial.';
COMMENT ON COLUMN report.runs.state IS '`completed`, `diverged`, `failed`, `infrastructure`, `timed-out`, `cancelled`, or `unfinished`.';
COMMENT ON COLUMN report.runs.reason IS 'Why it ended so, in a sentence.';
COMMENT ON COLUMN report.runs.implementation IS '`redistill`, `official` (a log of the authors) or `external` (their code, run here).';
COMMENT ON COLUMN report.runs.task IS '`classification`, `detection` or `segmentation`.';
COMMENT ON COLUMN report.runs.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN report.runs.role IS '`teacher` or `student`.';
COMMENT ON COLUMN report.runs.model IS 'Network that is trained.';
COMMENT ON COLUMN report.runs.method IS 'Method with its plug-ins; `none` without a teacher.';
COMMENT ON COLUMN report.runs.teacher_model IS 'Network of the teacher; NULL without one.';
COMMENT ON COLUMN report.runs.recipe IS 'Recipe: the training protocol, by name.';
COMMENT ON COLUMN report.runs.dataset IS 'Data set.';
COMMENT ON COLUMN report.runs.seed IS 'Seed that every random stream is derived from.';
COMMENT ON COLUMN report.runs.attempt IS 'Attempt with the same numerics, from 1.';
COMMENT ON COLUMN report.runs.epochs_done IS 'Epochs that were journalled.';
COMMENT ON COLUMN report.runs.epochs_asked IS 'Epochs of the whole training.';
COMMENT ON COLUMN report.runs.seconds IS 'Duration over all its starts, in seconds; NULL before the end.';
COMMENT ON COLUMN report.runs.ms_per_step IS 'Median over the epochs of the time of a training step, in milliseconds.';
COMMENT ON COLUMN report.runs.peak_memory_mib IS 'Most memory that the process held, in MiB.';
COMMENT ON COLUMN report.runs.students IS 'Most students that shared a step; 1: it trained alone.';
COMMENT ON COLUMN report.runs.parameters IS 'Trainable parameters of the network.';
COMMENT ON COLUMN report.runs.device IS '`cpu` or `gpu`.';
COMMENT ON COLUMN report.runs.cpu IS 'Processor. Several, joined by `, then`: the run moved.';
COMMENT ON COLUMN report.runs.gpu IS 'GPU; NULL: none was used.';
COMMENT ON COLUMN report.runs.tensorflow IS 'Version of TensorFlow.';
COMMENT ON COLUMN report.runs.commit_hash IS 'Commit of Redistill; NULL: not known.';
COMMENT ON COLUMN report.runs.dirty IS 'Whether the checkout had changes beyond that commit.';
COMMENT ON COLUMN report.runs.fingerprint IS 'Hash of all code and versions that the numbers depend on.';
COMMENT ON COLUMN report.runs.weights IS 'SHA-256 of the final weights; NULL before the end.';
COMMENT ON COLUMN report.runs.resumes IS 'How often it went on after an interruption.';
COMMENT ON COLUMN report.runs.started_at IS 'Begin, UTC.';
COMMENT ON COLUMN report.runs.updated_at IS 'Last line of its journal, UTC.';

COMMENT ON VIEW report.seeds IS 'One row per cell and seed: the values that a mean is made of.';
COMMENT ON COLUMN report.seeds.suite IS 'Suite, as `redistill plan` names it.';
COMMENT ON COLUMN report.seeds.scale IS 'Scale: `paper`, `proxy`, `own` or `smoke`.';
COMMENT ON COLUMN report.seeds.cell IS 'Cell within the suite: `ROW/PAIR/METRIC`.';
COMMENT ON COLUMN report.seeds.row_name IS 'Name of the row.';
COMMENT ON COLUMN report.seeds.method IS 'Method with its plug-ins.';
COMMENT ON COLUMN report.seeds.column_id IS 'Column of the table.';
COMMENT ON COLUMN report.seeds.metric IS 'Metric.';
COMMENT ON COLUMN report.seeds.seed IS 'Seed that every random stream is derived from.';
COMMENT ON COLUMN report.seeds.trial IS 'Trial: hash of everything that was asked for, 16 digits.';
COMMENT ON COLUMN report.seeds.run IS 'The run that stands for the trial; NULL: none.';
COMMENT ON COLUMN report.seeds.state IS 'End state of that run; `not run` without one.';
COMMENT ON COLUMN report.seeds.last IS 'Value of the last epoch, in the metric''s unit.';
COMMENT ON COLUMN report.seeds.best IS 'Value of the best epoch, in the metric''s unit.';
COMMENT ON COLUMN report.seeds.best_epoch IS 'The epoch of `best`.';
COMMENT ON COLUMN report.seeds.in_mean IS 'Whether the cell''s mean and verdict count it.';

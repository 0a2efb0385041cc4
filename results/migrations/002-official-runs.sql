-- Journals of implementation `official` hold what a log says; a log says nothing of time and memory, and not always the rate.
ALTER TABLE epochs ALTER COLUMN lr DROP NOT NULL;
ALTER TABLE epochs ALTER COLUMN train_seconds DROP NOT NULL;
ALTER TABLE epochs ALTER COLUMN eval_seconds DROP NOT NULL;
ALTER TABLE epochs ALTER COLUMN ms_per_step DROP NOT NULL;
ALTER TABLE epochs ALTER COLUMN peak_memory_mib DROP NOT NULL;

-- Which official trials stand beside which cell: the same method, pair and data set as the published number, at paper scale.
-- They are no trials of the plan: `cell_trials` and `planned_trials` never hold them, so no mean of ours does.
CREATE VIEW official_cells AS
  SELECT DISTINCT c.suite, c.scale, c.cell, t.trial
    FROM cells c
    JOIN plan_columns k ON k.suite = c.suite AND k.scale = c.scale AND k.id = c.column_id
    JOIN published p ON p.table_id = c.published_table AND p.row_name = c.published_row
                    AND p.column_id = c.published_column AND p.metric = c.metric
    JOIN trials t ON t.implementation = 'official' AND t.scale = c.scale AND t.role = 'student'
                 AND t.method = c.method AND t.dataset = p.dataset
                 AND t.model = k.student AND t.teacher_model IS NOT DISTINCT FROM k.teacher
   WHERE c.scale = 'paper';

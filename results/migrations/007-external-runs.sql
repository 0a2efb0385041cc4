-- Trials of implementation `external` stand beside the cells of other suites as official logs do; in the plan of their own
-- suite they are its trials and not beside them.
CREATE OR REPLACE VIEW official_cells AS
  SELECT DISTINCT c.suite, c.scale, c.cell, t.trial
    FROM cells c
    JOIN plan_columns k ON k.suite = c.suite AND k.scale = c.scale AND k.id = c.column_id
    JOIN published p ON p.table_id = c.published_table AND p.row_name = c.published_row
                    AND p.column_id = c.published_column AND p.metric = c.metric
    JOIN trials t ON t.implementation IN ('official', 'external') AND t.scale = c.scale AND t.role = 'student'
                 AND t.method = c.method AND t.dataset = p.dataset
                 AND t.model = k.student AND t.teacher_model IS NOT DISTINCT FROM k.teacher
   WHERE c.scale = 'paper'
     AND NOT EXISTS (SELECT 1 FROM planned_trials o
                      WHERE o.suite = c.suite AND o.scale = c.scale AND o.trial = t.trial);

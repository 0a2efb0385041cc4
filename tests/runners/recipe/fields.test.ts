import { classification } from './matrices/classification.ts';
import { detection } from './matrices/detection.ts';
import { segmentation } from './matrices/segmentation.ts';
import { testMatrix } from './matrix.ts';

// What is refused and what is let through; tests/long/recipe-fields.test.ts trains with every field
// that is let through.
for (const matrix of [classification, detection, segmentation]) testMatrix(matrix, 'plan');

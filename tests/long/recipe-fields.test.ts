import { classification } from '../runners/recipe/matrices/classification.ts';
import { detection } from '../runners/recipe/matrices/detection.ts';
import { segmentation } from '../runners/recipe/matrices/segmentation.ts';
import { testMatrix } from '../runners/recipe/matrix.ts';

// Every field of a recipe that is let through changes the losses of a training of nine steps, from
// the epoch that its entry says.
for (const matrix of [classification, detection, segmentation]) testMatrix(matrix, 'train');

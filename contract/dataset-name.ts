/**
 * The key of a data set in the table of sources: its name, and for any folder or archive of a form
 * (`images:NAME`, `coco:NAME`) the form (`images:`).
 */
export function datasetKey(dataset: string): string {
  const colon = dataset.indexOf(':');
  return colon === -1 ? dataset : dataset.slice(0, colon + 1);
}

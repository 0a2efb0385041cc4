/** A title with the user's file that the kind is from; as it is for a kind of Redistill. */
export function owned(title: string, file: string | null): string {
  return file === null ? title : `${title} (${file})`;
}

/** The same among the facts of a description. */
export function fileFact(file: string | null): readonly [label: string, text: string][] {
  return file === null ? [] : [['from your file', file]];
}

/** Where a value came from. Lines and columns start at 1. */
export type Place =
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'environment'; readonly name: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly key: string;
      readonly line: number;
      readonly column: number;
    }
  | { readonly kind: 'default' };

/** Something wrong with the configuration: where, what, and what to do. */
export interface ConfigProblem {
  readonly place: Place;
  readonly message: string;
  readonly hint?: string;
}

/** A place as people write it: `--port`, `PORT`, `castellan.yaml:3:7 (spool.maxBytes)`. */
export function renderPlace(place: Place): string {
  if (place.kind === 'file') {
    const at = `${place.path}:${place.line}:${place.column}`;
    return place.key === '' ? at : `${at} (${place.key})`;
  }
  return place.kind === 'default' ? 'default' : place.name;
}

/** One line for a person. */
export function renderProblem(problem: ConfigProblem): string {
  const hint = problem.hint ? ` ${problem.hint}` : '';
  return `${renderPlace(problem.place)}: ${problem.message}.${hint}`;
}

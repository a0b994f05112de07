/** JSON found inside a text value, when it is an object or a list with something in it. */
export function parseNested(text: string): Record<string, unknown> | unknown[] | undefined {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Object.keys(parsed).length === 0)
      return undefined;
    return parsed as Record<string, unknown> | unknown[];
  } catch {
    // Text that merely starts like JSON stays text.
    return undefined;
  }
}

/** A leaf or a branch of the tree of a row's values. */
export interface TreeEntry {
  /** What stands before the value. */
  readonly name: string;
  /** Unique within the tree. */
  readonly path: string;
  readonly text: string;
  /** The field that search knows this value by; absent inside JSON and lists. */
  readonly field?: string;
  readonly children: readonly TreeEntry[];
}

const renderLeaf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** One value with what is nested in it: maps, lists, and JSON inside text. */
export function growTree(name: string, value: unknown, path: string, field?: string): TreeEntry {
  const nested =
    typeof value === 'string'
      ? parseNested(value)
      : typeof value === 'object' && value !== null
        ? value
        : undefined;
  const isMapColumn = field !== undefined && nested === value && !Array.isArray(value);
  const children =
    nested === undefined
      ? []
      : Object.entries(nested)
          .map(([key, each]) =>
            growTree(key, each, `${path}\u0000${key}`, isMapColumn ? `${field}.${key}` : undefined),
          )
          .sort(Array.isArray(nested) ? () => 0 : (a, b) => (a.name < b.name ? -1 : 1));
  const searchable = field !== undefined && typeof value !== 'object' ? { field } : {};
  return { name, path, text: renderLeaf(value), ...searchable, children };
}

/** The part of a tree whose names or values contain `wanted`, whole below a name that does. */
export function pruneTree(entries: readonly TreeEntry[], wanted: string): TreeEntry[] {
  const lower = wanted.trim().toLowerCase();
  if (lower === '') return [...entries];
  return entries.flatMap((entry) => {
    if (entry.name.toLowerCase().includes(lower)) return [entry];
    const children = pruneTree(entry.children, lower);
    if (children.length > 0) return [{ ...entry, children }];
    return entry.children.length === 0 && entry.text.toLowerCase().includes(lower) ? [entry] : [];
  });
}

/** How a `name:value` whose name is no column is to be taken. */
export type Likeness =
  /** Plainly text (`http://…`): no word needed. */
  | 'text'
  /** Probably text (`10.0.0.1:80`): searched as text, with a warning. */
  | 'probably-text'
  /** A field that does not exist: an error. */
  | 'field';

/** What a column or an attribute may be called. */
const identifier = /^[\p{L}_@$][\p{L}\p{N}_@$./-]*$/u;
/** IPv6 and hardware addresses: groups of hexadecimal digits. */
const colonHex = /^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,}([./%][\w.]*)?$/i;

/** Whether a name could be that of a field, so that suggestions make sense. */
export const looksLikeName = (name: string): boolean => identifier.test(name);

/**
 * Decides what a name without a column is, by its looks and those of what follows its colon.
 * `value` is undefined where nothing does, and `gap` says that white space does first.
 */
export function classifyUnknownField(
  name: string,
  value: string | undefined,
  gap: boolean,
): Likeness {
  if (!gap && value?.startsWith('//')) return 'text';
  if (!gap && name.toLowerCase() === 'localhost' && /^\d/.test(value ?? '')) return 'text';
  if (value === undefined || gap) return 'probably-text';
  if (!looksLikeName(name) || colonHex.test(`${name}:${value}`)) return 'probably-text';
  // `a:b:c`, `std::vector`, `C:\Users`: no field is written so.
  if (value.includes(':') || (name.length === 1 && /^[\\/]/.test(value))) return 'probably-text';
  return 'field';
}

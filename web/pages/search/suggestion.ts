import type { Diagnostic } from '../../api/shapes.ts';

/** The name that a fault offers instead: `Did you mean ServiceName?`. */
export const suggestionOf = (message: string): string | undefined =>
  /did you mean [`"'“]?([^\s`"'”?]+)[`"'”]?\s*\?/i.exec(message)?.[1];

/**
 * The query with the suggestion in place of the fault. Where the fault spans `name:value` and the
 * suggestion is a name, the value stays.
 */
export function applySuggestion(
  text: string,
  { start, end }: Pick<Diagnostic, 'start' | 'end'>,
  suggestion: string,
): string {
  const faulty = text.slice(start, end);
  const sign = /^[-!+]/.exec(faulty)?.[0] ?? '';
  const colon = faulty.search(/(?<!\\):/);
  const rest = colon >= 0 && !suggestion.includes(':') ? faulty.slice(colon) : '';
  return `${text.slice(0, start)}${sign}${suggestion}${rest}${text.slice(end)}`;
}

import type { Diagnostic } from '../../api/shapes.ts';

/** What one click corrects: the button's word, and the query after it. */
export interface Correction {
  readonly label: string;
  readonly text: string;
}

/**
 * The correction that a fault offers: another name (`Did you mean ServiceName?`), or quotes around
 * what only looks like a field (`"10.0.0.1:80" is searched as text. Put it in quotes …`).
 */
export function correctionOf(
  text: string,
  { message, start, end }: Pick<Diagnostic, 'message' | 'start' | 'end'>,
): Correction | undefined {
  const name = /did you mean [`"']?([^\s`"'?]+)[`"']?\s*\?/i.exec(message)?.[1];
  if (name !== undefined) return { label: name, text: replaceName(text, start, end, name) };
  const word = /^"(.+)" is searched as text\. Put it in quotes/s.exec(message)?.[1];
  if (word === undefined || !text.startsWith(word, start)) return undefined;
  const quoted = `"${word.replace(/[\\"]/g, '\\$&')}"`;
  return { label: quoted, text: text.slice(0, start) + quoted + text.slice(start + word.length) };
}

/** Where the fault spans `name:value` and the correction is a name, the value stays. */
function replaceName(text: string, start: number, end: number, name: string): string {
  const faulty = text.slice(start, end);
  const sign = /^[-!+]/.exec(faulty)?.[0] ?? '';
  const colon = faulty.search(/(?<!\\):/);
  const rest = colon >= 0 && !name.includes(':') ? faulty.slice(colon) : '';
  return `${text.slice(0, start)}${sign}${name}${rest}${text.slice(end)}`;
}

import Table from 'cli-table3';
import type { Terminal } from './terminal.ts';

const plain = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A value in one line, control characters made visible: a record must not steer a terminal. */
export function cellText(value: unknown): string {
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  return text
    .replaceAll('\n', '⏎')
    .replaceAll('\t', ' ')
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (sign) => {
      const code = sign.charCodeAt(0).toString(16);
      return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code}`;
    });
}

/** Cuts to `width` letters, the last of them an ellipsis. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** Prints rows below their heads, all at once. */
export function printTable(
  terminal: Terminal,
  heads: readonly string[],
  rows: readonly (readonly unknown[])[],
): void {
  startTable(terminal, heads)(rows);
}

/**
 * A table whose rows come bit by bit: the heads are printed with the first of them, which also
 * decide how wide the columns are. The last column gets what is left of the line.
 */
export function startTable(
  terminal: Terminal,
  heads: readonly string[],
): (rows: readonly (readonly unknown[])[]) => void {
  let widths: readonly number[] | undefined;
  return (rows) => {
    const texts = rows.map((row) => row.map(cellText));
    const first = widths === undefined;
    widths ??= columnWidths(terminal.columns, heads, texts);
    const fitted = fitTo(widths);
    const table = new Table({
      head: first ? fitted(heads).map((head) => terminal.colors.bold(head)) : [],
      chars: plain,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    });
    for (const row of texts) table.push(fitted(row));
    if (!first && rows.length === 0) return;
    for (const line of table.toString().split('\n')) terminal.out(line.trimEnd());
  };
}

const fitTo = (widths: readonly number[]) => (row: readonly string[]) =>
  row.map((text, at) => {
    const width = widths[at] ?? text.length;
    return at === widths.length - 1 ? cut(text, width) : cut(text, width).padEnd(width);
  });

function columnWidths(
  lineWidth: number,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): number[] {
  const others = heads
    .slice(0, -1)
    .map((head, at) =>
      Math.min(40, Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0))),
    );
  const rest = lineWidth - others.reduce((sum, width) => sum + width + 2, 0);
  return [...others, Math.max(20, rest)];
}

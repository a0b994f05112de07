import type { KeyboardEvent } from 'react';

const pageSteps = 20;

interface Keys {
  readonly count: number;
  readonly current: number | undefined;
  onCurrent(index: number, open: boolean): void;
  onClose(): void;
}

/** Where a key leads from a row; `undefined` for keys that do not move. */
export function rowAfterKey(
  key: string,
  current: number | undefined,
  count: number,
): number | undefined {
  if (count === 0) return undefined;
  const clamp = (index: number) => Math.max(0, Math.min(count - 1, index));
  const from = current ?? -1;
  if (key === 'j' || key === 'ArrowDown') return clamp(from + 1);
  if (key === 'k' || key === 'ArrowUp') return clamp(from - 1);
  if (key === 'PageDown') return clamp(from + pageSteps);
  if (key === 'PageUp') return clamp(from - pageSteps);
  if (key === 'Home' || key === 'g') return 0;
  if (key === 'End' || key === 'G') return count - 1;
  return undefined;
}

/** Keys of a list of rows: move, open, close. */
export function useRowKeys({ count, current, onCurrent, onClose }: Keys) {
  return (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = rowAfterKey(event.key, current, count);
    if (next !== undefined) {
      event.preventDefault();
      onCurrent(next, false);
    } else if (event.key === 'Enter' && current !== undefined) {
      event.preventDefault();
      onCurrent(current, true);
    } else if (event.key === 'Escape') onClose();
  };
}

/** `0.834` -> `83 %`. Two digits below ten per cent, so that small shares can be told apart. */
export const percentText = (share: number): string => {
  const value = share * 100;
  return `${value < 10 && value > 0 ? value.toPrecision(2) : Math.round(value)} %`;
};

/** `1536` -> `1.5 KiB`. */
export function sizeText(sizeBytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = sizeBytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `5400` -> `1 h 30 min`. The two largest units. */
export function durationText(durationSeconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ];
  const at = units.findIndex(([, size]) => durationSeconds >= size);
  if (at < 0) return '0 s';
  const parts = units.slice(at, at + 2);
  let left = durationSeconds;
  return parts
    .map(([name, size]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count === 0 ? '' : `${count} ${name}`;
    })
    .filter((part) => part !== '')
    .join(' ');
}

/** `1 query`, `2 queries`, `12,000 rows`. */
export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')} ${Math.round(count) === 1 ? one : many}`;

/** `visibleShare` -> `visible share`: the name of a value or a column, as people read it. */
export const nameText = (name: string): string =>
  name.replaceAll(/([a-z\d])([A-Z])/g, (_, before, letter) => `${before} ${letter.toLowerCase()}`);

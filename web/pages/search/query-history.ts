import type { Language, Source } from '../../api/shapes.ts';

export interface PastQuery {
  readonly source: Source;
  readonly language: Language;
  readonly where: string;
  readonly atMs: number;
}

const key = 'castellan-query-history';
const kept = 50;

const isPastQuery = (value: unknown): value is PastQuery =>
  typeof value === 'object' &&
  value !== null &&
  'where' in value &&
  typeof value.where === 'string' &&
  'atMs' in value &&
  typeof value.atMs === 'number';

/** Newest first. Kept in this browser only. */
export function readHistory(): PastQuery[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isPastQuery) : [];
  } catch (error) {
    console.warn('The history of queries cannot be read:', error);
    return [];
  }
}

/** Puts a query in front; an equal older one goes. */
export function rememberQuery(query: PastQuery): void {
  if (query.where.trim() === '') return;
  const others = readHistory().filter(
    (each) =>
      each.where !== query.where ||
      each.source !== query.source ||
      each.language !== query.language,
  );
  try {
    localStorage.setItem(key, JSON.stringify([query, ...others].slice(0, kept)));
  } catch (error) {
    console.warn('The history of queries cannot be kept:', error);
  }
}

import { withoutLiterals } from '../../../base/query-shape.ts';
import { type ColumnSource, computed } from './reading-definition.ts';

const characters = 200;
const shortened = (sql: string): string => `substring(${sql}, 1, ${characters})`;

/** The shape of `sql`, an expression that gives a query's text, at most 200 bytes. */
export const shapeText = (sql: string, normalising: readonly string[]) =>
  computed(
    'text',
    { needs: ['query', ...normalising], sql: shortened(`normalizeQuery(${sql})`) },
    { needs: ['query'], sql: shortened(withoutLiterals(sql)) },
  );

/** The hash of a query's shape. The same query has another one where patterns had to do. */
export const shapeHash = (...normalising: readonly ColumnSource[]) =>
  computed('text', ...normalising, {
    needs: ['query'],
    sql: `toString(cityHash64(${withoutLiterals('query')}))`,
  });

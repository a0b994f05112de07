import type { Row } from '../../api/shapes.ts';
import { growTree, type TreeEntry } from '../../ui/json-text.ts';

const isEmpty = (value: unknown): boolean =>
  value === '' ||
  value === null ||
  value === undefined ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** Every value of a row that has one. Copies that the store keeps for speed are left out. */
export const rowTree = (row: Row): TreeEntry[] =>
  Object.entries(row)
    .filter(([name, value]) => !isEmpty(value) && !/^__hdx_|Items$/.test(name))
    .map(([name, value]) => growTree(name, value, name, name));

/** The columns among them that hold attributes, the record's own first. */
const attributeColumns = [
  'LogAttributes',
  'SpanAttributes',
  'ResourceAttributes',
  'ScopeAttributes',
];

export const attributeTree = (row: Row): TreeEntry[] =>
  attributeColumns
    .filter((name) => !isEmpty(row[name]))
    .map((name) => growTree(name, row[name], name, name));

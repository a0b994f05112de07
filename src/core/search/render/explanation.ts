import { renderInstant } from '../instants.ts';
import type { Literal, Pattern, Predicate, RangePredicate } from '../query-ir.ts';

const operators: Record<string, readonly [string, string]> = {
  '<': ['is less than', 'before'],
  '<=': ['is at most', 'until'],
  '>': ['is more than', 'after'],
  '>=': ['is at least', 'from'],
};

/** Says in English what a predicate asks, so that its traps (substring or word?) are visible. */
export function explainPredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'all':
      return 'everything';
    case 'none':
      return 'nothing';
    case 'and':
    case 'or':
      return predicate.items
        .map((item) =>
          item.kind === 'and' || item.kind === 'or'
            ? `(${explainPredicate(item)})`
            : explainPredicate(item),
        )
        .join(` ${predicate.kind} `);
    case 'not':
      return `not (${explainPredicate(predicate.item)})`;
    case 'words': {
      const { column, words, order, text } = predicate;
      if (text === undefined) return `${column} has the word ${words[0]}`;
      return order === 'phrase'
        ? `${column} has the phrase ${quoted(text)}`
        : `${column} has ${words.length > 1 ? 'the words' : 'the word'} ${words.slice(0, 10).join(', ')}${words.length > 10 ? ', …' : ''} and contains ${quoted(text)}`;
    }
    case 'like':
      return `${predicate.operand.label} ${explainPattern(predicate.pattern)}`;
    case 'equals':
      return `${predicate.operand.label} is ${literal(predicate.value)}`;
    case 'compare': {
      const { operand, operator, value } = predicate;
      const [number, time] = operators[operator] ?? [operator, operator];
      return value.kind === 'time'
        ? `${operand.label} is ${time} ${literal(value)}`
        : `${operand.label} ${number} ${literal(value)}${inTextOrder(value)}`;
    }
    case 'range':
      return explainRange(predicate);
    case 'present':
      return `${predicate.operand.label} has a value`;
    case 'some':
      return `some ${explainPredicate(predicate.item)}`;
  }
}

function explainPattern(pattern: Pattern): string {
  const [first = '', ...more] = pattern;
  const last = more.at(-1) ?? '';
  const inner = pattern.filter((part) => part !== '').map(quoted);
  const text = inner.join(' followed by ');
  if (first === '' && last === '') return `contains ${text}`;
  if (last === '') return `starts with ${text}`;
  if (first === '') return `ends with ${text}`;
  return `starts with ${quoted(first)}, ends with ${quoted(last)}${inner.length > 2 ? ` and has ${inner.slice(1, -1).join(' followed by ')} between` : ''}`;
}

function explainRange({ operand, lower, upper }: RangePredicate): string {
  const { label } = operand;
  if (lower && upper) {
    const note =
      lower.inclusive === upper.inclusive
        ? lower.inclusive
          ? ''
          : ' (both exclusive)'
        : lower.inclusive
          ? ' (the upper exclusive)'
          : ' (the lower exclusive)';
    return `${label} is between ${literal(lower.value)} and ${literal(upper.value)}${note}${inTextOrder(lower.value)}`;
  }
  const bound = lower ?? upper;
  if (!bound) return `${label} has a value`;
  const words = lower
    ? operators[bound.inclusive ? '>=' : '>']
    : operators[bound.inclusive ? '<=' : '<'];
  return bound.value.kind === 'time'
    ? `${label} is ${words?.[1]} ${literal(bound.value)}`
    : `${label} ${words?.[0]} ${literal(bound.value)}${inTextOrder(bound.value)}`;
}

const inTextOrder = (value: Literal): string =>
  value.kind === 'string' ? ' in the order of text' : '';

function literal(value: Literal): string {
  switch (value.kind) {
    case 'time':
      return renderInstant(value.ns).replace(/\.?0+Z$/, 'Z');
    case 'bool':
      return String(value.value);
    case 'integer':
      return value.label ?? value.value;
    case 'float':
      return value.value;
    default:
      return value.value === '' ? 'empty' : quoted(value.value);
  }
}

const quoted = (text: string): string =>
  JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);

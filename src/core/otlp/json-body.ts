import { JsonScanner } from './json-scanner.ts';
import { MalformedInput } from './malformed.ts';
import { doubleText } from './number-text.ts';

/** One attribute made from a JSON body. Only a level that is a string names a severity. */
export interface BodyAttribute {
  readonly value: string;
  readonly isString: boolean;
}

/**
 * A body that would give more attributes, or longer names, is not expanded: names repeat all names
 * above them, so that a small body could otherwise unfold without bound.
 */
const maxBodyAttributes = 1_024;
const maxBodyNameLength = 1_024;

/**
 * The attributes in a body that is, or holds, a JSON object: what lies between the first `{` and
 * the last `}`, or, where that is not JSON, within the first line that has both. Nested names are
 * joined by dots, list elements are numbered from 0. Undefined when there is no such JSON.
 */
export function expandJsonBody(body: string): ReadonlyMap<string, BodyAttribute> | undefined {
  const whole = body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1);
  if (!whole.startsWith('{')) return undefined;
  const line = /\{.*\}/.exec(body)?.[0];
  return (
    parseObject(whole) ?? (line !== undefined && line !== whole ? parseObject(line) : undefined)
  );
}

class Unexpandable extends Error {}

function parseObject(text: string): ReadonlyMap<string, BodyAttribute> | undefined {
  const scanner = new JsonScanner(text);
  const attributes = new Map<string, BodyAttribute>();
  try {
    flatten(scanner, '', attributes, 1);
    scanner.end();
    return attributes;
  } catch (error) {
    if (error instanceof MalformedInput || error instanceof Unexpandable) return undefined;
    throw error;
  }
}

const deepestBody = 100;

function flatten(
  scanner: JsonScanner,
  name: string,
  attributes: Map<string, BodyAttribute>,
  depth: number,
): void {
  if (depth > deepestBody) throw new Unexpandable();
  const below = (part: string): void => {
    const path = name === '' ? part : `${name}.${part}`;
    if (path.length > maxBodyNameLength) throw new Unexpandable();
    flatten(scanner, path, attributes, depth + 1);
  };
  const kind = scanner.peek();
  if (kind === 'object') scanner.members(below);
  else if (kind === 'array') {
    let index = 0;
    scanner.elements(() => below(String(index++)));
  } else {
    attributes.delete(name);
    attributes.set(name, scalar(scanner, kind));
    if (attributes.size > maxBodyAttributes) throw new Unexpandable();
  }
}

function scalar(scanner: JsonScanner, kind: string): BodyAttribute {
  if (kind === 'string') return { value: scanner.string(), isString: true };
  if (kind === 'number') {
    const digits = scanner.number();
    // Integers keep all their digits; other numbers are doubles.
    const value = /^-?\d+$/.test(digits) ? digits : doubleText(Number(digits));
    return { value, isString: false };
  }
  if (kind === 'true' || kind === 'false' || kind === 'null') {
    scanner.takeWord(kind);
    return { value: kind === 'null' ? '' : kind, isString: false };
  }
  throw new Unexpandable();
}

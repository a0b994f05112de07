import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** The floors of ARCHITECTURE.md, kept by this test. */
const root = resolve(import.meta.dirname, '..');
const floors = ['base', 'model', 'core', 'adapters', 'apps'];
const wiring = /^src\/apps\/(server|cli)\/(routes|start)\.ts$/;
const drawers = /^(utils?|types|helpers?|manager|misc|common)(\.|$)/;

interface Place {
  floor: number;
  room: string;
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => `src/${name.replaceAll('\\', '/')}`);
const product = files.filter((name) => !/\.(test|bench)\.ts$|\/testing\//.test(name));

function place(file: string): Place | undefined {
  const [, floorName, room] = file.split('/');
  const floor = floors.indexOf(floorName ?? '');
  return floor < 0 ? undefined : { floor, room: `${floorName}/${room}` };
}

/** Why `from` may not import `to`, or undefined where it may. */
function objection(from: string, to: string): string | undefined {
  const a = place(from);
  const b = place(to);
  if (!a || !b) return undefined;
  if (b.floor > a.floor) return 'imports from a floor above';
  if (b.floor < a.floor || a.room === b.room || a.floor < 2) return undefined;
  if (a.floor === 4 && wiring.test(from)) return undefined;
  return 'imports from another room on its own floor';
}

function imports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return ts.preProcessFile(text, true, true).importedFiles.map((each) => each.fileName);
}

test('the rule itself: who may import whom', () => {
  const check = (from: string, to: string, expected: string | undefined) =>
    expect(objection(from, to), `${from} -> ${to}`).toBe(expected);
  check('src/core/search/a.ts', 'src/base/result.ts', undefined);
  check('src/core/search/a.ts', 'src/core/search/b.ts', undefined);
  check('src/core/search/a.ts', 'src/core/otlp/b.ts', 'imports from another room on its own floor');
  check('src/core/search/a.ts', 'src/adapters/spool/b.ts', 'imports from a floor above');
  check('src/apps/server/start.ts', 'src/apps/telemetry/b.ts', undefined);
  check(
    'src/apps/server/http.ts',
    'src/apps/telemetry/b.ts',
    'imports from another room on its own floor',
  );
});

test('every file imports from floors below its own, and rooms are strangers', () => {
  const found: string[] = [];
  for (const file of product) {
    for (const specifier of imports(file)) {
      if (!specifier.startsWith('.')) {
        const pure = (place(file)?.floor ?? 9) < 3;
        if (pure && specifier !== 'zod')
          found.push(`${file}: pure floors may not import ${specifier}`);
        continue;
      }
      const target = relative(root, resolve(root, dirname(file), specifier)).replaceAll('\\', '/');
      const why = objection(file, target);
      if (why) found.push(`${file} ${why}: ${target}`);
      if (!target.startsWith('src/') && target !== 'package.json')
        found.push(`${file} leaves src: ${target}`);
    }
  }
  expect(found).toEqual([]);
});

test('no await, no clock and no randomness on the pure floors', () => {
  const found = product
    .filter((file) => (place(file)?.floor ?? 9) < 3)
    .flatMap((file) => {
      const source = ts.createSourceFile(
        file,
        readFileSync(join(root, file), 'utf8'),
        ts.ScriptTarget.Latest,
        true,
      );
      const hits: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isAwaitExpression(node)) hits.push(`${file}: await`);
        if (ts.isPropertyAccessExpression(node)) {
          const text = node.getText(source);
          if (text === 'Date.now' || text === 'Math.random') hits.push(`${file}: ${text}`);
        }
        if (ts.isNewExpression(node) && node.getText(source) === 'new Date()')
          hits.push(`${file}: new Date()`);
        ts.forEachChild(node, visit);
      };
      visit(source);
      return hits;
    });
  expect(found).toEqual([]);
});

test('no drawer that anything fits in', () => {
  const found = product.filter((file) => file.split('/').some((part) => drawers.test(part)));
  expect(found).toEqual([]);
});

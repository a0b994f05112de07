import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { Copy, DockerfileParser } from 'dockerfile-ast';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePorts } from '../peers/castellan.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'deploy/compose');

interface Service {
  ports: string[];
  env_file: { path: string; required: boolean }[];
  environment: Record<string, string>;
  volumes: string[];
  read_only: boolean;
  healthcheck: { test: string[]; interval: string };
  build: { context: string; dockerfile: string };
}
const service = (
  parse(readFileSync(join(folder, 'compose.yaml'), 'utf8')) as {
    services: { castellan: Service };
  }
).services.castellan;
const dockerfile = DockerfileParser.parse(readFileSync(join(folder, 'Dockerfile'), 'utf8'));
const lines = dockerfile.getInstructions().map((each) => ({
  keyword: each.getKeyword(),
  args: each.getArguments().map(String),
  ofStage: each instanceof Copy && each.getFromFlag() !== null,
}));
const last = (keyword: string) => lines.findLast((each) => each.keyword === keyword)?.args ?? [];
const jsonForm = (args: readonly string[]) => JSON.parse(args.join(' ')) as string[];

const nobody = 65_534;
let data: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'castellan-compose-'));
});
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(data, { recursive: true, force: true });
});

/** What compose gives the container: the .env of a person, then what the file itself says. */
const environment = (dotEnv: Record<string, string>): Record<string, string> => {
  const merged = { ...dotEnv, ...service.environment };
  return Object.fromEntries(
    Object.entries(merged).map(([name, value]) => [name, value.replace('/app/data', data)]),
  );
};

/** Runs the image's entry command; only the folder of the volume and the ports differ. */
async function start(env: Record<string, string>, uid?: number) {
  const [node, ...args] = [...jsonForm(last('ENTRYPOINT')), ...jsonForm(last('CMD'))];
  expect(node).toBe('node');
  const ports = await freePorts();
  let log = '';
  child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      ...env,
      PORT: String(ports.page),
      OTLP_GRPC_PORT: String(ports.grpc),
      OTLP_HTTP_PORT: String(ports.http),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  return { ports, log: () => log };
}

async function runHealthCheck(port: number): Promise<number | null> {
  const [kind, , ...args] = service.healthcheck.test;
  expect(kind).toBe('CMD');
  const check = spawn(
    process.execPath,
    args.map((arg) => arg.replace('127.0.0.1:3000', `127.0.0.1:${port}`)),
  );
  await once(check, 'exit');
  return check.exitCode;
}

test('the compose file publishes on this machine only, and writes to the data folder only', () => {
  expect(service.ports).toEqual([
    '127.0.0.1:3001:3000',
    '127.0.0.1:4317:4317',
    '127.0.0.1:4318:4318',
  ]);
  expect(service.volumes).toEqual(['./data:/app/data']);
  expect(service.read_only).toBe(true);
  expect(service.healthcheck.interval).toBe('30s');
  expect(service.environment.CASTELLAN_HOST).toBe('0.0.0.0');
  expect(service.env_file).toEqual([{ path: '.env', required: false }]);
  expect(resolve(folder, service.build.context)).toBe(root);
  expect(existsSync(join(root, service.build.dockerfile))).toBe(true);
});

test('the image runs as another user than root, from files that exist', () => {
  expect(last('USER')).toEqual(['node']);
  expect(lines.filter(({ keyword }) => keyword === 'FROM').map(({ args }) => args[0])).toEqual(
    Array(3).fill('node:24-slim'),
  );
  const ignored = readFileSync(join(folder, 'Dockerfile.dockerignore'), 'utf8').split('\n');
  const sources = lines
    .filter(({ keyword, ofStage }) => keyword === 'COPY' && !ofStage)
    .flatMap(({ args }) => args.slice(0, -1));
  for (const source of sources) {
    expect(existsSync(join(root, source)), source).toBe(true);
    expect(ignored, source).toContain(`!${source.replace(/^\.\//, '')}`);
  }
});

test('the entry command starts with the environment of compose, and the health check sees it', async () => {
  const example = readFileSync(join(folder, '.env.example'), 'utf8');
  // Every line that is commented out must be one that can be used.
  const all = parseEnv(example.replaceAll(/^#([A-Z_]+=.+)$/gm, '$1')) as Record<string, string>;
  const { CLICKHOUSE_HOST: _host, SLACK_WEBHOOK_URL: _slack, ...dotEnv } = all;
  // As in the container: a user who may write the data folder and /tmp, and nothing else.
  const asOther = process.getuid?.() === 0;
  if (asOther) chownSync(data, nobody, nobody);
  const given = environment({ ...dotEnv, LOG_LEVEL: 'error' });
  const started = await start(given, asOther ? nobody : undefined);
  while ((await runHealthCheck(started.ports.page)) !== 0) {
    expect(child?.exitCode, started.log()).toBeNull();
    await pause(100);
  }
  while (!started.log().includes('startup_summary')) await pause(50);
  expect(existsSync(join(data, 'state.sqlite'))).toBe(true);
  expect(started.log()).not.toMatch(/unknown|not a setting/i);
});

test('a data folder that may not be written is told with the command that helps', async () => {
  // Root may write anywhere, so the process is another user then, as it is in the container.
  if (process.getuid?.() === 0) chmodSync(data, 0o755);
  else chmodSync(data, 0o500);
  const started = await start(environment({}), process.getuid?.() === 0 ? nobody : undefined);
  const [code] = await once(child!, 'exit');
  expect(code).not.toBe(0);
  expect(started.log()).toMatch(
    new RegExp(`data folder ${data} is not writable .*chown -R \\d+ '${data}'`),
  );
});

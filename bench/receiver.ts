/**
 * The receiver alone: HTTP, gzip, protobuf → Native block on the spool, rows per second of the
 * process's own CPU; and in the same run what protobuf-es, objects and the official client need
 * for the same requests (the engine's CPU not counted). `npm run bench -- receiver [requests]`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeLogs, encodeSpans } from '../test/load/otlp-load.ts';
import type { FromChild, ToChild } from './child-cpu.ts';
import { median, thousands } from './median.ts';

const runs = 5;
const rowsPerRequest = 1_000;
const requests = Number(process.argv[2] ?? 300);
const connections = 4;
/** Both need a while until their code is compiled. */
const warmUpRequests = 100;
const distinctBodies = 50;

const timeMs = Date.now() - 60_000;
const bodiesOf = (encode: typeof encodeLogs) =>
  Array.from({ length: distinctBodies }, (_, seed) =>
    gzipSync(encode({ rows: rowsPerRequest, seed, timeMs: timeMs + seed })),
  );
const signals = [
  { name: 'logs', path: '/v1/logs', bodies: bodiesOf(encodeLogs) },
  { name: 'spans', path: '/v1/traces', bodies: bodiesOf(encodeSpans) },
] as const;
type SignalLoad = (typeof signals)[number];

interface Peer {
  readonly port: number;
  ask<K extends FromChild['kind']>(
    question: ToChild,
    kind: K,
  ): Promise<Extract<FromChild, { kind: K }>>;
  close(): Promise<void>;
}

async function startPeer(file: string): Promise<Peer> {
  const child = fork(join(import.meta.dirname, file));
  const next = async <K extends FromChild['kind']>(kind: K) => {
    const [message] = (await once(child, 'message')) as [FromChild];
    if (message.kind !== kind) throw new Error(`${file} said ${message.kind} instead of ${kind}`);
    return message as Extract<FromChild, { kind: K }>;
  };
  const { port } = await next('ready');
  return {
    port,
    ask(question, kind) {
      child.send(question);
      return next(kind);
    },
    async close() {
      child.send('close');
      await once(child, 'exit');
    },
  };
}

const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };

function post(port: number, path: string, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, agent, method: 'POST', headers };
    const outgoing = httpRequest(options, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`answered ${response.statusCode}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function send({ port }: Peer, { path, bodies }: SignalLoad, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const body = bodies[next++ % bodies.length];
      if (body) await post(port, path, agent, body);
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
}

/** Rows per second of the peer's CPU. */
async function rate(peer: Peer, load: SignalLoad): Promise<number> {
  const before = await peer.ask('end', 'cost');
  await peer.ask('begin', 'begun');
  await send(peer, load, requests);
  const { cpuSeconds, rows } = await peer.ask('end', 'cost');
  const taken = rows - before.rows;
  if (taken !== requests * rowsPerRequest) throw new Error(`${taken} rows were taken`);
  return taken / cpuSeconds;
}

const ours = await startPeer('receiver-process.ts');
const baseline = await startPeer('baseline-process.ts');
try {
  for (const load of signals) {
    await send(ours, load, warmUpRequests);
    await send(baseline, load, warmUpRequests);
    const rates: { ours: number; baseline: number; ratio: number }[] = [];
    for (let run = 0; run < runs; run += 1) {
      const pair = { ours: await rate(ours, load), baseline: await rate(baseline, load) };
      rates.push({ ...pair, ratio: pair.ours / pair.baseline });
    }
    const middle = (of: keyof (typeof rates)[number]) => median(rates.map((each) => each[of]));
    console.log(
      `${load.name}: ${thousands(middle('ours'))} rows per core-second, baseline ${thousands(middle('baseline'))}, ratio ${middle('ratio').toFixed(2)} (medians of ${runs}; all: ${rates.map((each) => `${thousands(each.ours)}/${thousands(each.baseline)}`).join(' ')})`,
    );
  }
} finally {
  await ours.close();
  await baseline.close();
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { defaultFetchLimits } from './checked-fetch.ts';
import type { DeliveryError } from './delivery-error.ts';
import { type SendOptions, sendMessage } from './send-message.ts';
import { message } from './testing/message.ts';

const options: SendOptions = {
  addresses: { allowed: ['loopback'] },
  limits: { ...defaultFetchLimits, timeoutMs: 1_000 },
  now: Date.now,
};

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function startMail(more: SMTPServerOptions = {}) {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString());
        done();
      });
    },
    ...more,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  stops.push(() => void server.close());
  return { received, port: (server.server.address() as AddressInfo).port };
}

const mail = (port: number, more: object = {}) => ({
  kind: 'email' as const,
  name: 'mail',
  enabled: true,
  minSeverity: 'info' as const,
  host: '127.0.0.1',
  port,
  secure: false,
  requireTls: false,
  username: '',
  password: '',
  from: 'castellan@example.com',
  to: ['ops@example.com', 'night@example.com'],
  ...more,
});

test('an e-mail: headers, text, an id that stays', async () => {
  const server = await startMail();
  const title = 'Disk full\r\nBcc: all@example.com';
  for (let i = 0; i < 2; i++) await sendMessage(mail(server.port), { ...message, title }, options);
  const [first, second] = server.received;
  const headers = first!.slice(0, first!.indexOf('\r\n\r\n'));
  expect(headers).toMatch(/^From: castellan@example\.com\r$/m);
  expect(headers).toMatch(/^To: ops@example\.com, night@example\.com\r$/m);
  expect(headers).toMatch(/^Subject: \[FIRING\] critical: Disk full Bcc: all@example\.com\r$/m);
  expect(headers).not.toMatch(/^Bcc/m);
  const id = /^Message-ID: (.*)\r$/m;
  expect(id.exec(first!)?.[1]).toBe('<k1-firing@castellan>');
  expect(id.exec(second!)?.[1]).toBe('<k1-firing@castellan>');
  expect(first).toContain('SYSTEM RESTART REPLICA');
  expect(first).toContain('https://castellan.example.com/base/alerts/k1');
});

test('a mail server that refuses: for now, or for good', async () => {
  const check = async (
    server: SMTPServerOptions,
    more: object,
    retryable: boolean,
    expected: RegExp,
  ) => {
    const { port } = await startMail(server);
    const error = await sendMessage(mail(port, more), message, options).catch(
      (failed: DeliveryError) => failed,
    );
    expect(error).toMatchObject({ message: expect.stringMatching(expected), retryable });
  };
  const refuse = (responseCode: number, text: string) =>
    Object.assign(new Error(text), { responseCode });
  await check(
    { onRcptTo: (_address, _session, done) => done(refuse(550, 'no such mailbox')) },
    {},
    false,
    /^127\.0\.0\.1:\d+ answered 550 no such mailbox$/,
  );
  await check(
    { onMailFrom: (_address, _session, done) => done(refuse(451, 'greylisted')) },
    {},
    true,
    /answered 451 greylisted$/,
  );
  await check(
    {
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(refuse(535, 'wrong password')),
    },
    { username: 'u', password: 'p' },
    false,
    /refused the user or the password: 535/,
  );
  await check({}, { requireTls: true }, false, /does not speak TLS as it must/);
});

test('a mail server that hangs, and none at all', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  stops.push(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const quick = { ...options, limits: { ...defaultFetchLimits, timeoutMs: 200 } };
  await expect(sendMessage(mail(port), message, quick)).rejects.toMatchObject({ retryable: true });
  await expect(sendMessage(mail(9), message, quick)).rejects.toMatchObject({
    message: expect.stringMatching(/^127\.0\.0\.1:9: /),
    retryable: true,
  });
});

test('a mail server in a private network, unless it is allowed', async () => {
  const strict = { ...options, addresses: { allowed: [] } };
  await expect(sendMessage(mail(25), message, strict)).rejects.toMatchObject({
    message: '127.0.0.1 is not a public address',
    retryable: false,
  });
});

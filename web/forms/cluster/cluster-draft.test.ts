import { expect, test } from 'vitest';
import type { Cluster } from '../../api/fleet-shapes.ts';
import {
  type ClusterDraft,
  changeOf,
  draftOf,
  emptyDraft,
  parseDraft,
  spreadHost,
  switchSecure,
} from './cluster-draft.ts';

const draft = (more: Partial<ClusterDraft> = {}): ClusterDraft => ({
  ...emptyDraft,
  host: 'ch-1',
  ...more,
});

test('a pasted address is taken apart', () => {
  const check = (typed: string, host: string, port: string, secure: boolean) => {
    const spread = spreadHost(emptyDraft, typed);
    expect([spread.host, spread.port, spread.secure]).toEqual([host, port, secure]);
  };
  check('ch-1', 'ch-1', '8123', false);
  check('ch-1:8124', 'ch-1', '8124', false);
  check('http://ch-1', 'ch-1', '8123', false);
  check('https://ch.example.com/', 'ch.example.com', '8443', true);
  check('https://ch.example.com:9443/play', 'ch.example.com', '9443', true);
  check('HTTPS://[2001:db8::1]:8443', '2001:db8::1', '8443', true);
  check('2001:db8::1', '2001:db8::1', '8123', false);
  expect(spreadHost(draft({ secure: true, port: '8443' }), 'ch-2').port).toBe('8443');
});

test('the port follows TLS where nobody chose another', () => {
  const check = (port: string, secure: boolean, expected: string) =>
    expect(switchSecure(draft({ port }), secure).port).toBe(expected);
  check('8123', true, '8443');
  check('8443', false, '8123');
  check('9999', true, '9999');
  check('9999', false, '9999');
});

test('what is wrong, beside the field', () => {
  const check = (more: Partial<ClusterDraft>, field: keyof ClusterDraft, fault: RegExp) => {
    const parsed = parseDraft(draft(more));
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) {
      expect(Object.keys(parsed.faults)).toEqual([field]);
      expect(parsed.faults[field]).toMatch(fault);
    }
  };
  check({ host: ' ' }, 'host', /one server/);
  check({ host: 'a b' }, 'host', /“a b” is not a host/);
  check({ port: '0' }, 'port', /1 to 65535/);
  check({ port: '65536' }, 'port', /1 to 65535/);
  check({ port: 'http' }, 'port', /1 to 65535/);
  check({ labels: 'env=a\nteam' }, 'labels', /“team” is not a label/);
  check({ nodes: 'a:1\nb:x' }, 'nodes', /“b:x” is not an address/);
  check({ nodes: 'http://a' }, 'nodes', /write host:port/);
  check({ keepers: 'a:99999' }, 'keepers', /“a:99999”/);
  check({ addresses: 'a:1' }, 'addresses', /name = host:port/);
});

test('the cluster that was typed', () => {
  const check = (more: Partial<ClusterDraft>, expected: object) => {
    const parsed = parseDraft(draft(more));
    expect(parsed.ok && parsed.body).toMatchObject(expected);
  };
  check({}, { name: 'ch-1', host: 'ch-1', port: 8123, username: 'castellan', secure: false });
  check({ name: ' Shop ' }, { name: 'Shop' });
  check(
    { nodes: 'a\nb:8124, [::1]:1' },
    { nodes: [8123, 8124, 1].map((port, i) => ({ host: ['a', 'b', '::1'][i], port })) },
  );
  check({ port: '9000', nodes: 'a' }, { nodes: [{ host: 'a', port: 9000 }] });
  check({ keepers: 'zk' }, { keepers: [{ host: 'zk', port: 2181 }] });
  check(
    { addresses: 'ch-1.local = 10.0.0.1:80' },
    { addresses: [{ from: 'ch-1.local', to: { host: '10.0.0.1', port: 80 } }] },
  );
  check({ labels: 'env=a=b\nnote = two words' }, { labels: { env: 'a=b', note: 'two words' } });
  check({ secure: true, ca: 'PEM' }, { tls: { ca: 'PEM' } });
  const plain = parseDraft(draft({ ca: 'PEM' }));
  expect(plain.ok && plain.body.tls).toBeUndefined();
});

test('an edit sends what changed, and never an empty password', () => {
  const saved = {
    name: 'shop',
    host: 'ch-1',
    port: 8443,
    username: 'castellan',
    secure: true,
    labels: { env: 'production' },
    namedNodes: [{ host: 'ch-1', port: 8443 }],
    keepers: [],
    addresses: [],
    tls: { ca: 'PEM' },
  } as unknown as Cluster;
  const check = (more: Partial<ClusterDraft>, expected: object) => {
    const parsed = parseDraft({ ...draftOf(saved), ...more });
    expect(parsed.ok && changeOf(saved, parsed.body)).toEqual(expected);
  };
  check({}, {});
  check({ password: 'new' }, { password: 'new' });
  check({ name: 'other', port: '443' }, { name: 'other', port: 443 });
  check({ nodes: '' }, { nodes: [] });
  check({ labels: '' }, { labels: {} });
  check({ ca: '' }, { tls: {} });
  check({ keepers: 'zk' }, { keepers: [{ host: 'zk', port: 2181 }] });
});

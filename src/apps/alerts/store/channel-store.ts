import type { Selectable } from 'kysely';
import { checkTemplate } from '../../../adapters/notify/index.ts';
import type { State } from '../../../adapters/state/index.ts';
import type { SecretStore } from '../../../adapters/state/secret-store.ts';
import type { StateTables } from '../../../adapters/state/state-schema.ts';
import type { Channel, ChannelBody, ChannelChange } from '../../../model/alert/channel-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { changedChannel } from './change-channel.ts';
import { joinSecrets, type OpenSettings, type Secrets, splitSecrets } from './channel-secrets.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { iso } from './iso.ts';
import { newId } from './new-id.ts';

type Row = Selectable<StateTables['alert_channel']>;

/** A channel with its secrets, ready to be used. */
export interface OpenChannel {
  readonly id: string;
  readonly body: ChannelBody;
  readonly origin: 'api' | 'environment';
}

/** The channel that SLACK_WEBHOOK_URL makes. */
const environmentId = 'slack-environment';

const owner = (id: string) => `channel/${id}`;

/** Channels in the state store; their secrets are sealed. */
export class ChannelStore {
  readonly #state: State;
  readonly #secrets: SecretStore;
  readonly #deliveries: DeliveryStore;
  readonly #most: number;
  readonly #now: () => number;

  constructor(
    state: State,
    secrets: SecretStore,
    deliveries: DeliveryStore,
    most: number,
    now: () => number,
  ) {
    this.#state = state;
    this.#secrets = secrets;
    this.#deliveries = deliveries;
    this.#most = most;
    this.#now = now;
  }

  /** Makes, changes or removes the channel of SLACK_WEBHOOK_URL. */
  async seed(slackUrl: string | undefined): Promise<void> {
    const known = (await this.#rows()).find((row) => row.id === environmentId);
    if (slackUrl === undefined) {
      if (known) await this.#delete(environmentId);
      return;
    }
    await this.#secrets.put(owner(environmentId), JSON.stringify({ url: slackUrl }));
    if (known) return;
    const settings: OpenSettings = {
      kind: 'slack',
      name: 'Slack (SLACK_WEBHOOK_URL)',
      enabled: true,
      minSeverity: 'info',
    };
    await this.#insert(environmentId, 'environment', settings);
  }

  async list(): Promise<Channel[]> {
    const newest = await this.#deliveries.newest();
    const rows = await this.#rows();
    return Promise.all(rows.map((row) => this.#show(row, newest)));
  }

  /** Names and least severities of those that are enabled: enough to address messages. */
  async addressees(
    db: State = this.#state,
  ): Promise<readonly (Pick<OpenSettings, 'name' | 'minSeverity'> & { id: string })[]> {
    return (await this.#rows(db))
      .map((row) => ({ id: row.id, ...settingsOf(row) }))
      .filter(({ enabled }) => enabled)
      .map(({ id, name, minSeverity }) => ({ id, name, minSeverity }));
  }

  async ids(): Promise<string[]> {
    return (await this.#rows()).map((row) => row.id);
  }

  /** Throws a RequestFailure, and a SecretError where its secrets cannot be opened. */
  async open(id: string): Promise<OpenChannel> {
    const row = (await this.#rows()).find((each) => each.id === id);
    if (!row) throw unknown(id);
    const sealed = await this.#secrets.get(owner(id));
    const secrets = JSON.parse(sealed ?? '{}') as Secrets;
    return { id, origin: row.origin, body: joinSecrets(settingsOf(row), secrets) };
  }

  /** Throws a RequestFailure. */
  async get(id: string): Promise<Channel> {
    const found = (await this.list()).find((channel) => channel.id === id);
    if (!found) throw unknown(id);
    return found;
  }

  /** Throws a RequestFailure. */
  async create(body: ChannelBody): Promise<Channel> {
    checkBody(body);
    if ((await this.#rows()).length >= this.#most)
      throw new RequestFailure('limit_exceeded', `there are ${this.#most} channels, the limit`);
    const id = newId();
    const { settings, secrets } = splitSecrets(body);
    await this.#secrets.put(owner(id), JSON.stringify(secrets));
    await this.#insert(id, 'api', settings);
    return this.get(id);
  }

  /** Throws a RequestFailure. */
  async change(id: string, change: ChannelChange): Promise<Channel> {
    const before = await this.open(id);
    if (before.origin === 'environment') throw fixed();
    const body = changedChannel(before.body, change);
    checkBody(body);
    const { settings, secrets } = splitSecrets(body);
    await this.#secrets.put(owner(id), JSON.stringify(secrets));
    await this.#state
      .updateTable('alert_channel')
      .set({ settings_json: JSON.stringify(settings) })
      .where('id', '=', id)
      .execute();
    return this.get(id);
  }

  /** Throws a RequestFailure. */
  async remove(id: string): Promise<void> {
    const row = (await this.#rows()).find((each) => each.id === id);
    if (!row) throw unknown(id);
    if (row.origin === 'environment') throw fixed();
    await this.#delete(id);
  }

  async #delete(id: string): Promise<void> {
    await this.#state.deleteFrom('alert_channel').where('id', '=', id).execute();
    await this.#secrets.remove(owner(id));
  }

  async #insert(id: string, origin: Row['origin'], settings: OpenSettings): Promise<void> {
    const settings_json = JSON.stringify(settings);
    const row = { id, origin, settings_json, created_ms: this.#now() };
    await this.#state.insertInto('alert_channel').values(row).execute();
  }

  #rows(db: State = this.#state): Promise<Row[]> {
    return db.selectFrom('alert_channel').selectAll().orderBy('created_ms').orderBy('id').execute();
  }

  async #show(row: Row, newest: Awaited<ReturnType<DeliveryStore['newest']>>): Promise<Channel> {
    const { kind, name, enabled, minSeverity } = settingsOf(row);
    const last = newest.get(row.id);
    const shared = {
      id: row.id,
      kind,
      name,
      enabled,
      minSeverity,
      origin: row.origin,
      createdAt: iso(row.created_ms),
      lastDelivery: last
        ? { state: last.state, at: last.lastAttemptAt ?? last.createdAt, error: last.error }
        : null,
    };
    try {
      const { body } = await this.open(row.id);
      return { ...shared, ...shownParts(body), problem: null };
    } catch (error) {
      return { ...shared, target: '', problem: (error as Error).message };
    }
  }
}

const settingsOf = (row: Row) => JSON.parse(row.settings_json) as OpenSettings;

/** What of a channel may be shown. The path of a Slack webhook is its password. */
function shownParts(body: ChannelBody): Pick<Channel, 'target'> & Partial<Channel> {
  if (body.kind === 'slack') return { target: new URL(body.url).host };
  if (body.kind === 'email')
    return { target: `${body.host}:${body.port}`, from: body.from, to: [...body.to] };
  return {
    target: new URL(body.url).host,
    headers: Object.keys(body.headers),
    signed: body.signingKey !== undefined,
    ...(body.template === undefined ? {} : { template: body.template }),
  };
}

function checkBody(body: ChannelBody): void {
  if (body.kind !== 'webhook' || body.template === undefined) return;
  const type = Object.entries(body.headers).find(([name]) => name.toLowerCase() === 'content-type');
  const checked = checkTemplate(body.template, type === undefined || /json/i.test(type[1]));
  if (!checked.ok) throw new RequestFailure('invalid_request', `body.template: ${checked.error}`);
}

const unknown = (id: string) =>
  new RequestFailure('not_found', `there is no channel ${id}`, {
    hint: 'GET /api/v1/channels lists them.',
  });

const fixed = () =>
  new RequestFailure('conflict', 'this channel comes from SLACK_WEBHOOK_URL', {
    hint: 'Change or unset the variable, and restart.',
  });

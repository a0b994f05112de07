import { type Receiver, startReceiver } from '../../src/adapters/notify/testing/local-receiver.ts';

interface SlackMessage {
  /** What stands in a notification. */
  readonly text: string;
  readonly blocks: readonly {
    readonly type: string;
    readonly text?: { readonly type: string; readonly text: string };
    readonly elements?: readonly { readonly type: string; readonly text: string }[];
  }[];
}

/** An incoming webhook as Slack's, on loopback, that can be made to fail. */
export interface SlackLike {
  readonly url: string;
  /** Messages that it took, oldest first. */
  messages(): readonly SlackMessage[];
  /** `Firing: …`, of those that it took. */
  headlines(): readonly string[];
  /** Requests that it refused. */
  refused(): number;
  /** What it answers from now on; 200 takes a message. */
  answerWith(status: number): void;
  stop(): Promise<void>;
}

export async function startSlackLike(): Promise<SlackLike> {
  let status = 200;
  const taken: string[] = [];
  let refused = 0;
  const receiver: Receiver = await startReceiver((response, index) => {
    if (status === 200) taken.push(receiver.received[index]!.body);
    else refused += 1;
    response.writeHead(status).end(status === 200 ? 'ok' : 'service_unavailable');
  });
  const messages = () => taken.map((body) => JSON.parse(body) as SlackMessage);
  return {
    url: `${receiver.url}/services/T/B/x`,
    messages,
    headlines: () => messages().map(({ blocks }) => blocks[0]?.text?.text ?? ''),
    refused: () => refused,
    answerWith(next) {
      status = next;
    },
    stop: () => receiver.stop(),
  };
}

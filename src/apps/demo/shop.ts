import { setTimeout as sleep } from 'node:timers/promises';
import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs';
import {
  cacheCold,
  cardDeclined,
  outOfStock,
  providerSlow,
  providerTimesOut,
  queryMs,
} from './fault.ts';
import type { Instrumentation } from './instrumentation.ts';

/** What a service answers. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** What a handler works with. */
export interface Shop extends Instrumentation {
  /** Calls another service of the shop; a status of 500 or more throws. */
  call(service: ServiceName, path: string, body?: unknown): Promise<Reply>;
}

export const serviceNames = ['storefront', 'catalog', 'cart', 'checkout', 'payment'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Request path and body in, answer out. Made once for each service, so that it may hold state. */
export type Handler = (path: string, body: Record<string, unknown>) => Promise<Reply>;

const products = ['mug', 'lamp', 'desk', 'chair', 'plant', 'rug', 'kettle', 'clock'];
const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
const chance = Math.random;

function log(
  shop: Shop,
  severity: 'INFO' | 'WARN' | 'ERROR',
  body: string,
  attributes: AnyValueMap = {},
) {
  shop.logger.emit({
    severityNumber: SeverityNumber[severity],
    severityText: severity,
    body,
    attributes,
  });
}

/** A span around work that may fail; failure marks the span and goes on. */
async function within<T>(
  shop: Shop,
  name: string,
  kind: SpanKind,
  attributes: Record<string, string | number>,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return shop.tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  });
}

const query = (shop: Shop, table: string, operation: string, factor = 1) =>
  within(
    shop,
    `${operation} ${table}`,
    SpanKind.CLIENT,
    { 'db.system.name': 'postgresql', 'db.collection.name': table, 'db.operation.name': operation },
    () => sleep(queryMs(chance, factor)),
  );

function storefront(shop: Shop): Handler {
  const orders = shop.meter.createCounter('shop.orders', {
    description: 'Orders placed',
    unit: '{order}',
  });
  return async (path, body) => {
    if (path !== '/order') return shop.call('catalog', path);
    const user = String(body.user ?? 'guest');
    await shop.call('cart', '/add', { user, product: pick(products) });
    const reply = await shop.call('checkout', '/checkout', { user });
    orders.add(1, { outcome: reply.status === 200 ? 'placed' : 'refused' });
    log(
      shop,
      reply.status === 200 ? 'INFO' : 'WARN',
      `order of ${user} ended with ${reply.status}`,
      {
        'enduser.id': user,
        'http.response.status_code': reply.status,
      },
    );
    return reply;
  };
}

function catalog(shop: Shop): Handler {
  const lookups = shop.meter.createCounter('shop.cache.lookups', {
    description: 'Catalogue cache lookups',
  });
  return async (path) => {
    const cold = cacheCold(Date.now());
    lookups.add(1, { result: cold ? 'miss' : 'hit' });
    if (cold) {
      log(shop, 'WARN', 'cache miss, reading all products from the database', {
        'cache.name': 'products',
      });
      await query(shop, 'products', 'SELECT', 25);
    } else await sleep(1 + chance() * 3);
    return { status: 200, body: { path, products } };
  };
}

function cart(shop: Shop): Handler {
  const carts = new Map<string, string[]>();
  shop.meter
    .createObservableGauge('shop.carts.open', {
      description: 'Carts with something in them',
      unit: '{cart}',
    })
    .addCallback((result) => result.observe(carts.size));
  return async (path, body) => {
    const user = String(body.user);
    if (path === '/take') {
      const items = carts.get(user) ?? [];
      carts.delete(user);
      return { status: 200, body: { items } };
    }
    await query(shop, 'carts', 'INSERT');
    const items = [...(carts.get(user) ?? []), String(body.product)];
    carts.set(user, items);
    log(
      shop,
      'INFO',
      JSON.stringify({
        message: 'item added',
        user,
        product: body.product,
        items: items.length,
      }),
    );
    return { status: 200, body: { items } };
  };
}

function checkout(shop: Shop): Handler {
  const value = shop.meter.createHistogram('shop.order.value', {
    description: 'Value of an order',
    unit: 'EUR',
  });
  return async (_path, body) => {
    const { items } = (await shop.call('cart', '/take', body)).body as { items: string[] };
    if (outOfStock(chance)) {
      log(shop, 'WARN', `out of stock: ${items[0]}`, { product: items[0] ?? '' });
      return { status: 409, body: { error: 'out of stock' } };
    }
    const total = Math.round(items.length * (5 + chance() * 90) * 100) / 100;
    value.record(total, { currency: 'EUR' });
    await query(shop, 'orders', 'INSERT', 2);
    return shop.call('payment', '/charge', { user: body.user, total });
  };
}

function payment(shop: Shop): Handler {
  const charge = async (total: number): Promise<Reply> => {
    const now = Date.now();
    await sleep(providerSlow(now) ? 300 + chance() * 700 : 15 + chance() * 40);
    if (providerTimesOut(now, chance))
      throw new Error('payment provider did not answer within 1000 ms');
    if (cardDeclined(chance)) {
      log(shop, 'WARN', 'card declined: insufficient_funds', { 'payment.amount': total });
      return { status: 402, body: { error: 'card declined' } };
    }
    return { status: 200, body: { charged: total } };
  };
  return async (_path, body) => {
    const total = Number(body.total);
    const attributes = { 'peer.service': 'payment-provider', 'payment.amount': total };
    try {
      return await within(shop, 'charge card', SpanKind.CLIENT, attributes, () => charge(total));
    } catch (error) {
      const { message, stack = '' } = error as Error;
      log(shop, 'ERROR', message, {
        'exception.type': 'Error',
        'exception.message': message,
        'exception.stacktrace': stack,
      });
      return { status: 503, body: { error: message } };
    }
  };
}

/** The handlers of the shop's services. */
export const handlers: Readonly<Record<ServiceName, (shop: Shop) => Handler>> = {
  storefront,
  catalog,
  cart,
  checkout,
  payment,
};

import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { errorStatus } from '../../../model/api/envelope.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { type TelemetryRoutesOptions, telemetryRoutes } from '../routes/telemetry-routes.ts';
import { silentLogger, startTestStore } from './test-store.ts';

/** The routes as the server mounts them, with the least of an error envelope. */
export async function createTestApp(options: TelemetryRoutesOptions) {
  // A test's own connections that are kept alive would hold its end for a minute.
  const app = Fastify({ forceCloseConnections: true });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _request, reply) => {
    const invalid = (error as { validation?: unknown }).validation !== undefined;
    const failure =
      error instanceof RequestFailure
        ? error
        : new RequestFailure(invalid ? 'invalid_request' : 'internal', String(error));
    return reply
      .code(errorStatus[failure.code])
      .serializer(JSON.stringify)
      .send({
        data: null,
        meta: {},
        error: { code: failure.code, message: failure.message, ...failure.more },
      });
  });
  await app.register(telemetryRoutes(options), { prefix: '/api/v1' });
  return app;
}

/** The search API over an engine of its own. */
export async function startTestApi(
  options: Partial<TelemetryRoutesOptions> = {},
  schema = { textIndexes: true },
) {
  const { store, run, crash, stop } = await startTestStore(schema);
  const app = await createTestApp({ store, logger: silentLogger, ...options });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    store,
    /** For statements of the test itself. */
    run,
    crash,
    url: `${url}/api/v1`,
    /** Calls the API; gives the status and the envelope. */
    async call(path: string, body?: unknown) {
      const response = await fetch(`${url}/api/v1${path}`, {
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
      });
      // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
      return { status: response.status, ...((await response.json()) as any) };
    },
    async stop() {
      await app.close();
      await stop();
    },
  };
}
export type TestApi = Awaited<ReturnType<typeof startTestApi>>;

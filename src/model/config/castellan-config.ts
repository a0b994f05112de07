import { z } from 'zod';
import { err, ok, type Result } from '../../base/result.ts';
import { AlertSettings } from './alert-settings.ts';
import type { ConfigProblem } from './config-problem.ts';
import { MonitorSettings } from './monitor-settings.ts';
import {
  type ConfigSources,
  type Effective,
  type EffectiveSetting,
  resolveConfig,
} from './resolve-config.ts';
import { ServerSettings } from './server-settings.ts';
import { TelemetrySettings } from './telemetry-settings.ts';

/** Everything that `castellan up` can be told. */
export const CastellanSettings = z.object({
  ...ServerSettings.shape,
  ...TelemetrySettings.shape,
  ...MonitorSettings.shape,
  ...AlertSettings.shape,
});

/** The settings as the program uses them. */
export type CastellanConfig = z.output<typeof CastellanSettings> & { readonly host: string };

/** Variables that begin with CASTELLAN_ and are no settings of the server. */
export const otherVariables = ['CASTELLAN_URL', 'CASTELLAN_TOKEN', 'CASTELLAN_CONFIG'];

/**
 * The configuration of `castellan up`. Beside `resolveConfig` it fills in the defaults that depend
 * on other values, and refuses values that contradict each other.
 */
export function resolveCastellanConfig(
  sources: ConfigSources,
): Result<Effective<CastellanConfig>, readonly ConfigProblem[]> {
  const resolved = resolveConfig(CastellanSettings, { otherEnv: otherVariables, ...sources });
  if (!resolved.ok) return resolved;
  const { settings, warnings } = resolved.value;
  const host =
    resolved.value.values.host ?? (resolved.value.values.password ? '0.0.0.0' : '127.0.0.1');
  const values = { ...resolved.value.values, host };
  const problems = findContradictions(values, settings);
  if (problems.length > 0) return err(problems);
  return ok({
    values,
    settings: settings.map((each) =>
      each.field === 'host' && each.raw === undefined ? { ...each, shown: host } : each,
    ),
    warnings: [...warnings, ...findDoubtful(values, settings)],
  });
}

const portFields = ['port', 'otlpGrpcPort', 'otlpHttpPort', 'clickhousePort'] as const;

function findContradictions(
  values: CastellanConfig,
  settings: readonly EffectiveSetting[],
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const setting = (field: string) => settings.find((each) => each.field === field)!;
  for (const [index, field] of portFields.entries()) {
    const earlier = portFields.slice(0, index).find((each) => values[each] === values[field]);
    if (!values[field] || earlier === undefined) continue;
    problems.push({
      place: setting(field).place,
      message: `${setting(field).meta.env[0]} and ${setting(earlier).meta.env[0]} are both ${values[field]}`,
      hint: 'Give each listener a port of its own.',
    });
  }
  if (values.sessionIdleMs > values.sessionMaxMs)
    problems.push({
      place: setting('sessionIdleMs').place,
      message: 'CASTELLAN_SESSION_IDLE is longer than CASTELLAN_SESSION_MAX',
      hint: 'Raise CASTELLAN_SESSION_MAX, or lower CASTELLAN_SESSION_IDLE.',
    });
  if (values.otlpMaxBytesInFlight < values.otlpMaxBodyBytes)
    problems.push({
      place: setting('otlpMaxBytesInFlight').place,
      message: 'OTLP_MAX_BYTES_IN_FLIGHT is less than OTLP_MAX_BODY_BYTES',
      hint: 'A body of the allowed size would never be taken: raise the one, or lower the other.',
    });
  if (
    values.fallbackHost &&
    values.fallbackPort === undefined &&
    !isInjected(setting('fallbackPort'))
  )
    problems.push({
      place: setting('fallbackPort').place,
      message: `expected a port from 1 to 65535, got "${setting('fallbackPort').raw}"`,
    });
  return problems;
}

/** What an .env file may have put into a password unasked: then no login succeeds. */
function doubtOf(password: string): string | undefined {
  if (password !== password.trim()) return 'begins or ends with spaces';
  return /^(["']).*\1$/s.test(password) ? 'is in quotes' : undefined;
}

/** For a service named `clickhouse` Kubernetes puts tcp://10.0.0.1:8123 into CLICKHOUSE_PORT. */
const isInjected = ({ raw }: EffectiveSetting) => /^(tcp|udp|sctp):\/\//i.test(String(raw).trim());

function findDoubtful(
  values: CastellanConfig,
  settings: readonly EffectiveSetting[],
): ConfigProblem[] {
  const placeOf = (field: string) => settings.find((each) => each.field === field)!.place;
  const problems: ConfigProblem[] = [];
  if (values.storeUrl && values.clickhousePort !== undefined)
    problems.push({
      place: placeOf('clickhousePort'),
      message: 'CASTELLAN_CLICKHOUSE_PORT is ignored, because CASTELLAN_STORE_URL names a server',
      hint: 'Connect to that server itself.',
    });
  if (placeOf('storeUrl').kind === 'flag' && /^[^/]*\/\/[^/?#]*@/.test(values.storeUrl ?? ''))
    problems.push({
      place: placeOf('storeUrl'),
      message: 'a list of processes shows the password in it',
      hint: 'Set CASTELLAN_STORE_URL or store.url in the file instead.',
    });
  const doubt = values.password === undefined ? undefined : doubtOf(values.password);
  if (doubt)
    problems.push({
      place: placeOf('password'),
      message: `the password ${doubt}, and they are part of it`,
      hint: 'If they are not meant, write NAME=password with nothing around the = and no quotes.',
    });
  const fallbackPort = settings.find((each) => each.field === 'fallbackPort')!;
  if (values.fallbackHost && isInjected(fallbackPort))
    problems.push({
      place: fallbackPort.place,
      message: `"${fallbackPort.raw}" is what Kubernetes sets for a service named clickhouse; 8123 is used`,
      hint: 'Set monitor.fallback.port in the file, name the service otherwise, or turn enableServiceLinks off.',
    });
  return problems;
}

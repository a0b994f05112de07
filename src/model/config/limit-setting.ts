import type { z } from 'zod';
import { type SettingMeta, setting } from './setting.ts';

type Limit = Pick<SettingMeta, 'default' | 'doc' | 'whenReached' | 'unit'> & {
  /** Lower-case words, without the prefix. */
  readonly name: string;
};

/**
 * Makes settings whose variable, flag and key follow from their name: with the prefix `otlp` and
 * the section `otlp.limits`, `idle timeout` is OTLP_IDLE_TIMEOUT, --otlp-idle-timeout and
 * otlp.limits.idleTimeout.
 */
export const limitSettings =
  (prefix: string, section: string, group: string) =>
  <S extends z.ZodType>(schema: S, { name, ...meta }: Limit): S => {
    const words = name.split(' ');
    const [first, ...others] = words;
    const camel = first + others.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
    return setting(schema, {
      env: [[prefix, ...words].join('_').toUpperCase()],
      flag: `--${[prefix, ...words].join('-')}`,
      key: `${section}.${camel}`,
      group,
      ...meta,
    });
  };

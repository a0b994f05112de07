import { z } from 'zod';

/** What a setting is called and what it means; the tables in the documentation are made from it. */
export interface SettingMeta {
  /** Environment variables, the name first and then its aliases. */
  readonly env: readonly [string, ...string[]];
  /** Command line flag with its dashes; absent for secrets, which a process list would show. */
  readonly flag?: string;
  /** Place in the configuration file, levels separated by dots. */
  readonly key: string;
  /** Written as a person would write it; absent = unset. */
  readonly default?: string;
  /** Where the default depends on other values: how, in words. */
  readonly defaultText?: string;
  /** What the placeholder of the flag's value says: port, size, duration … */
  readonly unit: 'text' | 'port' | 'size' | 'duration' | 'number' | 'yes|no' | 'url' | 'list';
  /** One sentence: what it is. */
  readonly doc: string;
  /** For limits: what happens to what exceeds it. */
  readonly whenReached?: string;
  /** `value`: never shown. `url`: the password inside is not shown. */
  readonly secret?: 'value' | 'url';
  /** Heading in the documentation. */
  readonly group: string;
}

/** Every setting's schema with its description. */
const settings = z.registry<SettingMeta>();

/** Describes `schema` as a setting. The schema takes text, or what YAML made of it. */
export function setting<S extends z.ZodType>(schema: S, meta: SettingMeta): S {
  settings.add(schema, meta);
  return schema;
}

/** The description of a setting of an app's schema. Throws for a schema that was not described. */
export function metaOf(schema: z.core.$ZodType): SettingMeta {
  const meta = settings.get(schema as z.ZodType);
  if (!meta) throw new Error('a configuration schema holds a setting without a description');
  return meta;
}

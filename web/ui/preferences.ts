import { useSyncExternalStore } from 'react';
import type { Zone } from './time.ts';

/**
 * What belongs to the person and not to the view: kept in this browser, never in a link. Two tabs
 * of one browser agree.
 */
interface Preferences {
  zone: Zone;
  facets: boolean;
  columnWidths: Record<string, number>;
  /** Who acknowledges and silences: asked for once. */
  person: string;
}

const key = 'castellan-preferences';
const defaults: Preferences = { zone: 'local', facets: true, columnWidths: {}, person: '' };
const listeners = new Set<() => void>();
let current: Preferences = read();

function read(): Preferences {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Preferences) };
  } catch (error) {
    console.warn('Preferences cannot be read; the defaults are used.', error);
    return defaults;
  }
}

window.addEventListener('storage', (event) => {
  if (event.key !== key) return;
  current = read();
  for (const listener of listeners) listener();
});

export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]): void {
  current = { ...current, [name]: value };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch (error) {
    console.warn('Preferences cannot be kept:', error);
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const usePreference = <K extends keyof Preferences>(name: K): Preferences[K] =>
  useSyncExternalStore(subscribe, () => current[name]);

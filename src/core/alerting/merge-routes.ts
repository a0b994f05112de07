import type { Route } from './signal.ts';

/**
 * What several rules together ask for: every channel that one of them names, as early and as often
 * as the most eager wants it. Undefined where nobody asks.
 */
export function mergeRoutes(routes: readonly Route[]): Route | undefined {
  if (routes.length === 0) return undefined;
  const all = routes.some((route) => route.channels.length === 0);
  const repeats = routes.map((route) => route.repeatMs).filter((repeatMs) => repeatMs > 0);
  return {
    rules: [...new Set(routes.flatMap((route) => route.rules))].sort(),
    channels: all ? [] : [...new Set(routes.flatMap((route) => route.channels))].sort(),
    holdMs: Math.min(...routes.map((route) => route.holdMs)),
    recoverMs: Math.max(...routes.map((route) => route.recoverMs)),
    repeatMs: repeats.length > 0 ? Math.min(...repeats) : 0,
  };
}

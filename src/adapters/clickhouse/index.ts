export { probeCapabilities } from './capabilities.ts';
export { connectStore } from './connect-store.ts';
export { type Engine, startEngine } from './embedded/engine.ts';
export { startPublishedFront } from './embedded/published-front.ts';
export { parseServerUrl } from './parse-server-url.ts';
export type { StoreConnection } from './store-connection.ts';
export { asStoreError } from './store-errors.ts';

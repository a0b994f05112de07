export {
  type Capabilities,
  type ClusterShape,
  probeCapabilities,
} from './capabilities.ts';
export { connectStore, type StoreOptions } from './connect-store.ts';
export {
  type Engine,
  type EngineOptions,
  type EngineStatus,
  startEngine,
} from './embedded/engine.ts';
export {
  type PublishedFront,
  type PublishedFrontOptions,
  startPublishedFront,
} from './embedded/published-front.ts';
export { parseServerUrl } from './parse-server-url.ts';
export type { EmbeddedConnection, ServerConnection, StoreConnection } from './store-connection.ts';
export { asStoreError, classifyStoreCode } from './store-errors.ts';

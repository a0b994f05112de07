export { type DataFolder, DataFolderError, openDataFolder } from './data-folder.ts';
export { openState, type State, StateError } from './open-state.ts';
export { SecretError } from './secret-box.ts';
export { openSecrets, type SecretStore } from './secret-store.ts';

export { type DataFolder, DataFolderError, openDataFolder } from './data-folder.ts';
export { openState, type State, StateError } from './open-state.ts';

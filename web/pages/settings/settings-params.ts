/** The state of the settings, as their address holds it. */
export interface SettingsParams {
  tab?: 'rules';
}

export const parseSettingsParams = (raw: Record<string, unknown>): SettingsParams =>
  raw.tab === 'rules' ? { tab: 'rules' } : {};

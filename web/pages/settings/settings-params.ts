/** The state of the settings, as their address holds it. */
export interface SettingsParams {
  tab?: 'rules' | 'maintenance';
}

export const parseSettingsParams = (raw: Record<string, unknown>): SettingsParams =>
  raw.tab === 'rules' || raw.tab === 'maintenance' ? { tab: raw.tab } : {};

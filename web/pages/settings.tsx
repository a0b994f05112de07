import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import classes from './clusters.module.css';
import { Channels } from './settings/channels.tsx';
import { MaintenanceWindows } from './settings/maintenance.tsx';
import { Rules } from './settings/rules.tsx';
import { parseSettingsParams } from './settings/settings-params.ts';

/** Who is told of what. */
export function SettingsPage() {
  const { tab } = useSearch({ from: '/settings' });
  const navigate = useNavigate({ from: '/settings' });
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Settings</h1>
        <p className="quiet">Where alerts go, and what they are about.</p>
      </header>
      <Tabs
        value={tab ?? 'channels'}
        onChange={(next) => void navigate({ search: parseSettingsParams({ tab: next }) })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="channels">Channels</Tabs.Tab>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
          <Tabs.Tab value="maintenance">Maintenance</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      {tab === 'rules' ? <Rules /> : tab === 'maintenance' ? <MaintenanceWindows /> : <Channels />}
    </div>
  );
}

import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconBell,
  IconKey,
  IconListSearch,
  IconLogout,
  IconSend,
  IconServer2,
  IconSettings,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { logout, sessionQuery } from '../../api/access.ts';
import type { SessionData } from '../../api/shapes.ts';
import { ColorSchemeSwitch } from '../../ui/color-scheme-switch.tsx';
import { Mark } from '../../ui/mark.tsx';
import classes from './top-bar.module.css';

const places = [
  { to: '/clusters', label: 'Clusters', icon: IconServer2 },
  { to: '/alerts', label: 'Alerts', icon: IconBell },
  { to: '/search', label: 'Search', icon: IconListSearch },
  { to: '/send', label: 'Send data', icon: IconSend },
  { to: '/settings', label: 'Settings', icon: IconSettings },
  { to: '/access', label: 'Access', icon: IconKey },
] as const;

export function TopBar({ session }: { session: SessionData }) {
  return (
    <header className={classes.bar}>
      <Link to="/" className={classes.brand} aria-label="Castellan, to the start">
        <Mark size={20} />
        <span>Castellan</span>
      </Link>
      <nav className={classes.places} aria-label="Pages">
        {places.map(({ to, label, icon: Icon }) => (
          <Link key={to} to={to} className={classes.place} activeProps={{ 'data-active': true }}>
            <Icon size={16} stroke={1.7} aria-hidden />
            <span>{label}</span>
          </Link>
        ))}
      </nav>
      <div className={classes.end}>
        <ColorSchemeSwitch />
        {session.mode === 'password' ? <LogoutButton /> : null}
      </div>
    </header>
  );
}

function LogoutButton() {
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: logout,
    onSuccess: () => {
      client.setQueryData(sessionQuery.queryKey, { mode: 'password', authenticated: false });
      // What was read must not be left for whoever logs in next.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
  });
  return (
    <Tooltip label={leave.isError ? 'That did not work: try again' : 'Log out'}>
      <ActionIcon
        size="lg"
        aria-label="Log out"
        loading={leave.isPending}
        onClick={() => leave.mutate()}
      >
        <IconLogout size={17} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}

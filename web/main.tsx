import './ui/styles.ts';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { sessionQuery } from './api/access.ts';
import { setUnauthenticatedHandler } from './api/client.ts';
import { queryClient } from './api/query-client.ts';
import { router } from './router.tsx';
import { colorSchemes } from './ui/color-scheme.ts';
import { theme } from './ui/theme.ts';

setUnauthenticatedHandler(() => {
  queryClient.setQueryData(sessionQuery.queryKey, { mode: 'password', authenticated: false });
});

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorSchemes}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

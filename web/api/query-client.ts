import { QueryClient } from '@tanstack/react-query';
import { asFailure } from './failure.ts';

/** A refusal stays one: only what may pass (no answer, 5xx) is tried again, twice. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      retry: (count, error) => {
        const { status } = asFailure(error);
        return count < 2 && (status === 0 || status >= 500);
      },
    },
  },
});

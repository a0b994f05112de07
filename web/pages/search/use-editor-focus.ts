import { useHotkeys } from '@mantine/hooks';
import { type RefCallback, useCallback, useRef } from 'react';
import type { QueryEditorHandle } from './query-editor.tsx';

/** `/` goes to the query, also when it is pressed before the editor has loaded. */
export function useEditorFocus(): RefCallback<QueryEditorHandle> {
  const editor = useRef<QueryEditorHandle>(null);
  const wanted = useRef(false);
  useHotkeys([
    [
      '/',
      () => {
        wanted.current = editor.current === null;
        editor.current?.focus();
      },
    ],
  ]);
  return useCallback((handle) => {
    editor.current = handle;
    if (handle !== null && wanted.current) handle.focus();
    wanted.current = false;
  }, []);
}

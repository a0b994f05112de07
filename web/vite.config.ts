import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run page` finds a running Castellan. */
const server = process.env.CASTELLAN_URL ?? 'http://localhost:3000';

export default defineConfig({
  root: import.meta.dirname,
  // Every address in the build is relative, so that one build works under any path.
  base: './',
  plugins: [react()],
  build: {
    outDir: resolve(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows no data: fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: {
    port: 5173,
    // In open mode Castellan answers requests of its own origin only.
    proxy: {
      '/api': { target: server, changeOrigin: true, headers: { origin: new URL(server).origin } },
      '/metrics': server,
    },
  },
});

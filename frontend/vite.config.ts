import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = process.env['REHEARSE_SERVER'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // The policy of the server takes fonts and images from its own address alone, so nothing becomes a data URL.
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': SERVER,
      '/socket.io': { target: SERVER, ws: true },
      '/docs': SERVER,
      '/health': SERVER,
    },
  },
});

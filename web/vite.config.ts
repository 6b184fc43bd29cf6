import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Everything from one place, nothing inline: the server's policy allows scripts and styles of its own address alone. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  logLevel: 'warn',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    // The page is built at somebody's first start, and how long parts of that took is not for them.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
})

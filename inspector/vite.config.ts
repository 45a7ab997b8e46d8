import { defineConfig } from 'vite';

// One script and one style sheet, found relative to the page, so that the page works
// below any path and can be put whole into one file.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/inspector',
    emptyOutDir: true,
    assetsDir: '.',
    modulePreload: false,
    cssCodeSplit: false,
    rollupOptions: {
      output: { entryFileNames: 'inspector.js', assetFileNames: 'inspector[extname]' },
    },
  },
});

// The bundle goes into the Python package, which serves it as it is.
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./", // every asset URL is relative, so any proxy prefix works without a rebuild
  build: {
    outDir: "../katgate/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false }, // every browser that can do the rest has it
    assetsInlineLimit: 0, // files, not data: URIs, so that the CSP stays narrow
  },
  server: {
    // `npm run dev` beside a running katgate.
    proxy: { "/api": { target: "http://127.0.0.1:8147", ws: true, changeOrigin: true } },
  },
  test: { include: ["tests/**/*.test.ts"] },
});

import { defineConfig } from "vite";
export default defineConfig({ base: "./", build: { outDir: "/tmp/k/plot6-out", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false }, assetsInlineLimit: 0, rollupOptions: { input: new URL("plot.html", import.meta.url).pathname } } });

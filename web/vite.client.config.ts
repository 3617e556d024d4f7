// The client alone, in one file that other pages import: `client.js` beside the dashboard.
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: "../katgate/static",
    emptyOutDir: false, // the dashboard is there already
    target: "es2022",
    copyPublicDir: false,
    lib: { entry: "src/client/index.ts", formats: ["es"], fileName: () => "client.js" },
  },
});

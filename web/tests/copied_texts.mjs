/**
 * Prints what "copy as" gives: a list of texts, for a list of `[form, seen, base]` on stdin, as
 * JSON both. For tests/end_to_end/test_copied_texts.py, which runs them.
 */
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";

const server = await createServer({
  root: fileURLToPath(new URL("..", import.meta.url)),
  configFile: false,
  logLevel: "error",
  server: { middlewareMode: true, ws: false, hmr: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
});
const { copyAs } = await server.ssrLoadModule("/src/model/copy/copy_as.ts");
const wanted = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(wanted.map((one) => copyAs(...one))));
await server.close();

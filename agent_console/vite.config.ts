import { fileURLToPath, URL } from "node:url";
import vue from "@vitejs/plugin-vue";
import components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const edge = process.env.CALLCENTER_EDGE ?? "http://127.0.0.1:8080";

/** A .br and a .gz beside each file: the server sends them to browsers that take them, and compresses nothing itself. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir = "dist" }) {
      const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => /\.(js|css|html|svg)$/.test(name));
      for (const file of files.map((name) => join(dir, name))) {
        const content = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(content));
      }
    },
  };
}

export default defineConfig({
  plugins: [
    vue(),
    // Element Plus is taken piece by piece: the whole of it would be heavier than all the rest.
    components({ dirs: [], dts: false, resolvers: [ElementPlusResolver()] }),
    compressed(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    // What everybody sees first in one file: many small ones compress badly and each has headers of its own.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "workplace", test: /src\/(main\.ts|views\/(shell|desk|sign_in)\/)/ }] } } },
  },
  server: {
    proxy: {
      "/api": edge,
      "/ws": { target: edge, ws: true },
      "/sip": { target: edge, ws: true },
    },
  },
});

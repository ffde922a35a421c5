import { fileURLToPath, URL } from "node:url";
import vue from "@vitejs/plugin-vue";
import components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import { defineConfig } from "vite";

const edge = process.env.CALLCENTER_EDGE ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    vue(),
    // Element Plus is taken piece by piece: the whole of it would be heavier than all the rest.
    components({ dirs: [], dts: false, resolvers: [ElementPlusResolver()] }),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 700 },
  server: {
    proxy: {
      "/api": edge,
      "/ws": { target: edge, ws: true },
      "/sip": { target: edge, ws: true },
    },
  },
});

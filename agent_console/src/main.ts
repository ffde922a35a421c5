import { createApp, watch } from "vue";
import App from "@/App.vue";
import { language, t } from "@/app/preferences";
import { router } from "@/app/router";
import { me } from "@/app/session";
import { wakeSound } from "@/connection/attention";
import { loadWords } from "@/text";
import "@/styles/index.css";

// Not awaited: the words share code with this file, and would wait for it as it for them.
void loadWords(language.value).then(begin);

function begin(): void {
  createApp(App).use(router).mount("#app");
  watch(
    () => [router.currentRoute.value.meta.page, t.value] as const,
    ([page, words]) => (document.title = page ? `${words.pages[page]} · ${words.brand}` : words.brand),
  );
  watch(me, (who) => {
    const here = router.currentRoute.value;
    if (!who && !here.meta.open) void router.push({ name: "sign-in", query: { to: here.fullPath } });
  });
}

/** The console was updated while this page was open: its old files are gone. A talk asks before it is cut off. */
window.addEventListener("vite:preloadError", () => location.reload());

window.addEventListener("pointerdown", wakeSound);
window.addEventListener("keydown", wakeSound);

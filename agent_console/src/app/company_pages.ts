/** The company's own pages beside the call in hand: in tabs, or in a window of their own when the phone rings. */
import { computed, watch } from "vue";
import { card } from "@/app/customers";
import { deskSettings } from "@/app/desk_settings";
import { myCall, myPop } from "@/app/floor";
import { strip } from "@/app/phone";
import { me } from "@/app/session";
import { addressOf, type PageFacts } from "@/state/page_links";

const facts = computed<PageFacts>(() => ({
  caller: strip.value.caller,
  customer: card.value?.id ?? myCall.value?.customer ?? "",
  agent: me.value?.agent ?? "",
  queue: strip.value.queue,
  interaction: strip.value.interaction,
  tier: card.value?.tier ?? myCall.value?.tier ?? "",
  dialled: myCall.value?.dialled ?? "",
}));

/** None without a call: there would be nobody to show. */
export const companyPages = computed(() =>
  strip.value.interaction ? deskSettings.value.pages.map((page) => ({ ...page, address: addressOf(page.url, facts.value) })) : [],
);

/** Once for each call; a browser that blocks it leaves the link beside the call. */
const opened = new Set<string>();
watch(
  () => (strip.value.mood === "ringing" && myPop.value ? strip.value.interaction : ""),
  (interaction) => {
    if (!interaction || opened.has(interaction)) return;
    opened.add(interaction);
    for (const page of companyPages.value.filter((one) => one.open === "window")) window.open(page.address, `page-${page.id}`, "noopener,noreferrer");
  },
);

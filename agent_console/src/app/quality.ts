/** How the talk in hand sounds: asked of the browser every two seconds while there is one. */
import { computed, shallowRef, watch } from "vue";
import { line, phoneHere } from "@/app/phone";
import { type Quality, qualityNow, type Reading, withReading } from "@/state/quality";

const EVERY_MS = 2000;

const readings = shallowRef<readonly Reading[]>([]);
export const quality = computed<Quality | null>(() => qualityNow(readings.value));

/** On hold nothing is sent, which is no trouble. */
const listens = computed(() => line.value.call?.stage === "talking" && !line.value.call.onHold);
let timer: ReturnType<typeof setInterval> | undefined;

watch(
  () => (listens.value ? line.value.call?.id : ""),
  (id) => {
    clearInterval(timer);
    readings.value = [];
    if (id) timer = setInterval(look, EVERY_MS);
  },
);

async function look(): Promise<void> {
  const reading = await phoneHere()?.reading().catch(() => null);
  if (reading && listens.value) readings.value = withReading(readings.value, reading);
}

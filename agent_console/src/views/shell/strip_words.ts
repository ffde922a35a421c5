/** What the strip says of the call in hand. */
import { computed } from "vue";
import { d } from "@/app/desk_texts";
import { myCall } from "@/app/floor";
import { line, strip } from "@/app/phone";
import { named, t } from "@/app/preferences";
import { queueById } from "@/app/session";
import { readable } from "@/state/numbers";

export const queueName = computed(() => {
  if (strip.value.outbound && myCall.value?.as_number) return d.value.strip.shownAs(readable(myCall.value.as_number));
  return named(queueById(strip.value.queue)?.name);
});

export const moodWord = computed(() => {
  const { mood, connecting, callback, outbound } = strip.value;
  if (line.value.call?.stage === "ending") return t.value.strip.ending;
  if (connecting) return t.value.strip.connecting;
  if (callback && mood === "ringing") return t.value.callbacks.one;
  if (outbound && (mood === "dialling" || mood === "ringing")) return d.value.strip.moods.calling;
  if (mood in d.value.strip.moods) return d.value.strip.moods[mood as keyof typeof d.value.strip.moods];
  return t.value.strip.moods[mood as keyof typeof t.value.strip.moods];
});

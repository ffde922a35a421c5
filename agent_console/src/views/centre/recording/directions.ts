import { computed } from "vue";
import { cr } from "@/app/centre_recording_texts";
import type { Option } from "@/views/centre/options";

export const directionOptions = computed<Option[]>(() => (["in", "out", "callback"] as const).map((value) => ({ value, label: cr.value.directions[value] })));

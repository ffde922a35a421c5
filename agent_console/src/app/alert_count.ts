/** How many alerts of the floor nobody here has seen yet; counted by whoever watches them. */
import { ref } from "vue";

export const unseenAlerts = ref(0);

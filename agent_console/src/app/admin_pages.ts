/** The pages of administration, in their order, as far as somebody may see them. One place in the rail leads to all. */
import { computed } from "vue";
import { t } from "@/app/preferences";
import { can } from "@/app/session";
import type { Permission } from "@/wire/types";

const PAGES: { name: "centre" | "flows" | "users" | "roles" | "trunks" | "prompts" | "recordings" | "schedules" | "shifts" | "webhooks" | "audit" | "system"; needs: Permission }[] = [
  { name: "centre", needs: "edit_centre" },
  { name: "flows", needs: "see_flows" },
  { name: "users", needs: "edit_users" },
  { name: "roles", needs: "edit_users" },
  { name: "trunks", needs: "edit_trunks" },
  { name: "prompts", needs: "edit_prompts" },
  { name: "recordings", needs: "see_system" },
  { name: "shifts", needs: "plan_shifts" },
  { name: "schedules", needs: "schedule_reports" },
  { name: "webhooks", needs: "edit_webhooks" },
  { name: "audit", needs: "see_audit" },
  { name: "system", needs: "see_system" },
];

export const adminPages = computed(() =>
  PAGES.filter((page) => can(page.needs)).map((page) => ({ to: `/${page.name}`, name: page.name, word: t.value.pages[page.name] })),
);

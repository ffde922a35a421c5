/** How a webhook is, and what is wrong with one that is filled in. Pure. */
import type { WebhookEdit, WebhookEntry } from "@/wire/types";

export type WebhookForm = Required<WebhookEdit>;
export type Standing = "good" | "unused" | "failing" | "off" | "gone" | "given_up";

export function standing(webhook: WebhookEntry): Standing {
  if (!webhook.active) return webhook.disabled_why === "gone" ? "gone" : webhook.disabled_why === "failing" ? "given_up" : "off";
  if (webhook.failing_since !== null) return "failing";
  return webhook.delivered_at === null ? "unused" : "good";
}

/** Since when it stands so, or when something arrived last. */
export function standsSince(webhook: WebhookEntry): number | null {
  const now = standing(webhook);
  if (now === "failing") return webhook.failing_since;
  return now === "gone" || now === "given_up" ? webhook.disabled_at : null;
}

export const toneOf = (stands: Standing) => ({ good: "ready", unused: "gone", failing: "paused", off: "gone", gone: "alarm", given_up: "alarm" })[stands];

export function emptyWebhook(): WebhookForm {
  return { name: "", url: "", active: true, masked: true, calls: true, queues: [], outcomes: [], version: 0 };
}

export function webhookForm(webhook: WebhookEntry): WebhookForm {
  const { name, url, active, masked, calls, version } = webhook;
  return { name, url, active, masked, calls, queues: [...webhook.queues], outcomes: [...webhook.outcomes], version };
}

/** Whether the server could take it; it knows more, above all which networks are allowed. */
export function urlIsWrong(url: string): boolean {
  if (!/^[\x21-\x7e]{1,1000}$/.test(url) || url.includes("#")) return true;
  try {
    const { protocol, hostname, username, password } = new URL(url);
    return !["http:", "https:"].includes(protocol) || !hostname || Boolean(username || password);
  } catch {
    return true;
  }
}

/** A body as it is read best: JSON with its levels; anything else as it is. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

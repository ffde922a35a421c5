/** Text messages: the conversation of an entry of the message centre, answers to it, and all that came and went. */
import { ask, query } from "@/connection/rest";
import type { Conversation, TextList } from "@/wire/types";

const of = (item: string) => `/inbox/${encodeURIComponent(item)}`;

export const texts = {
  all: (before?: number | null) => ask<TextList>("GET", `/texts${query(before ? { before } : {})}`),
  conversation: (item: string) => ask<Conversation>("GET", `${of(item)}/texts`),
  reply: (item: string, text: string) => ask<Conversation>("POST", `${of(item)}/reply`, { text }),
};

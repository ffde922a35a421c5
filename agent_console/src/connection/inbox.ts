/** The message centre's part of the REST client. */
import { ask, query } from "@/connection/rest";
import type { Done, InboxCalls, InboxCounts, InboxItem, InboxKind, InboxList, InboxState, Language, MailboxStates, MessageNotices } from "@/wire/types";

export interface InboxFilter {
  kind?: InboxKind | "";
  state?: InboxState | "";
  box?: string;
  text?: string;
  from?: number;
  to?: number;
  before?: string;
  limit?: number;
}

const of = (item: string) => `/inbox/${encodeURIComponent(item)}`;

export const inbox = {
  items: (filter: InboxFilter) => ask<InboxList>("GET", `/inbox${query(filter)}`),
  counts: () => ask<InboxCounts>("GET", "/inbox/counts"),
  one: (item: string) => ask<InboxItem>("GET", of(item)),
  calls: (item: string) => ask<InboxCalls>("GET", `${of(item)}/calls`),
  claim: (item: string, on: boolean, take_over = false) => ask<InboxItem>("POST", `${of(item)}/claim`, { on, take_over }),
  settle: (item: string, done: boolean, note: string) => ask<InboxItem>("POST", `${of(item)}/done`, { done, note }),
  writeNote: (item: string, note: string) => ask<InboxItem>("PUT", `${of(item)}/note`, { note }),
  notices: (message: string) => ask<MessageNotices>("GET", `/messages/${encodeURIComponent(message)}/notices`),
  mailboxes: () => ask<MailboxStates>("GET", "/mailboxes"),
  setPin: (mailbox: string, pin: string) => ask<Done>("PUT", `/mailboxes/${encodeURIComponent(mailbox)}/pin`, { pin }),
  takePin: (mailbox: string) => ask<Done>("DELETE", `/mailboxes/${encodeURIComponent(mailbox)}/pin`, {}),
  exportPath: (filter: InboxFilter, language: Language) => `/inbox/export${query({ ...filter, language })}`,
};

/** The REST client: one function an endpoint, one error type. Paths are those of `/api/v1`. */
import type {
  AgentToday,
  AuditList,
  CallbackList,
  CallbackResult,
  CallDetail,
  CallList,
  CallOutcome,
  CallWhy,
  Card,
  CardEdit,
  Centre,
  CentreCheck,
  CentreDocument,
  CentreProblem,
  CentreSummary,
  CustomerDetail,
  CustomerList,
  Device,
  Done,
  ErrorWord,
  Me,
  NewCard,
  PhoneAccount,
  QueueForecasts,
  QueuesToday,
  SystemHealth,
  TestPhone,
  Text,
} from "@/wire/types";

/** `unreachable`: the server did not answer at all. `unreadable`: it answered something else than JSON. */
export type RefusalWord = ErrorWord | "unreachable" | "unreadable";

export class Refusal extends Error {
  constructor(
    readonly word: RefusalWord,
    message: string,
    readonly field = "",
    readonly retry_after_s = 0,
    /** The details in every language; null: the word says it all. */
    readonly text: Text | null = null,
    /** All that is wrong with a document. */
    readonly problems: readonly CentreProblem[] = [],
  ) {
    super(message);
  }
}

export interface CallFilter {
  agent?: string;
  queue?: string;
  caller?: string;
  outcome?: CallOutcome | "";
  disposition?: string;
  direction?: string;
  recording?: string;
  talk_from_s?: number;
  talk_to_s?: number;
  score_from?: number;
  score_to?: number;
  text?: string;
  from?: number;
  to?: number;
  before?: string;
  limit?: number;
}

export interface CallbackFilter {
  queue?: string;
  number?: string;
  result?: CallbackResult | "";
  before?: string;
  limit?: number;
}

const BASE = "/api/v1";
const TIMEOUT_MS = 15_000;

let onDate: (server_at: number) => void = () => {};
let onSignedOut: () => void = () => {};

/** Who wants to know the server's clock (seconds), and that the session is over. */
export function listen(date: typeof onDate, signedOut: typeof onSignedOut): void {
  onDate = date;
  onSignedOut = signedOut;
}

async function answered(method: string, path: string, body?: unknown, within_ms = TIMEOUT_MS): Promise<Response> {
  const form = body instanceof FormData;
  try {
    return await fetch(BASE + path, {
      method,
      headers: {
        "X-Requested-With": "callcenter",
        ...(body === undefined || form ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? null : form ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(within_ms),
    });
  } catch (error) {
    throw new Refusal("unreachable", String(error));
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const told = (await response.json().catch(() => null)) as { error?: Partial<Refusal> } | null;
  const retry_after_s = Number(response.headers.get("Retry-After") ?? 0);
  const error = told?.error;
  if (!error?.word) return new Refusal("unreadable", `HTTP ${response.status}`, "", retry_after_s);
  return new Refusal(error.word, error.message ?? "", error.field ?? "", retry_after_s, error.text ?? null, error.problems ?? []);
}

export async function ask<T>(method: string, path: string, body?: unknown, within_ms = TIMEOUT_MS): Promise<T> {
  const response = await answered(method, path, body, within_ms);
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (!Number.isNaN(date)) onDate(date / 1000);
  if (!response.ok) {
    const refusal = await refusalOf(response);
    if (refusal.word === "not_authenticated") onSignedOut();
    throw refusal;
  }
  if (response.status === 204) return undefined as T;
  return (await response.json().catch(() => {
    throw new Refusal("unreadable", "the answer is not JSON");
  })) as T;
}

export function query(entries: object): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(entries)) {
    if (value !== undefined && value !== "" && value !== null) parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

const id = encodeURIComponent;

export const rest = {
  signIn: (username: string, password: string) => ask<Me>("POST", "/session", { username, password }),
  session: () => ask<Me>("GET", "/session"),
  signOut: () => ask<void>("DELETE", "/session"),
  centre: () => ask<CentreSummary>("GET", "/centre"),
  phone: () => ask<PhoneAccount>("GET", "/phone"),
  testPhone: () => ask<TestPhone>("GET", "/test-phone"),

  beginWork: (device: Device, ready: boolean) => ask<Done>("POST", "/agent/sign-in", { device, ready }),
  endWork: () => ask<Done>("POST", "/agent/sign-out", {}),
  ready: () => ask<Done>("POST", "/agent/ready", {}),
  pause: (reason: string) => ask<Done>("POST", "/agent/pause", { reason }),
  reject: (offer: string) => ask<Done>("POST", "/agent/reject", { offer }),
  endCall: (interaction: string) => ask<Done>("POST", "/agent/end-call", { interaction }),
  moreWrapUp: (by_s: number) => ask<Done>("POST", "/agent/wrap-up/extend", { by_s }),
  endWrapUp: () => ask<Done>("POST", "/agent/wrap-up/end", {}),

  saveNote: (call: string, note: string, disposition: string) =>
    ask<Done>("PUT", `/calls/${id(call)}/note`, { note, disposition }),
  calls: (filter: CallFilter) => ask<CallList>("GET", `/calls${query(filter)}`),
  call: (call: string) => ask<CallDetail>("GET", `/calls/${id(call)}`),

  why: (call: string) => ask<CallWhy>("GET", `/calls/${id(call)}/why`),

  callbacks: (filter: CallbackFilter) => ask<CallbackList>("GET", `/callbacks${query(filter)}`),
  cancelCallback: (callback: string) => ask<Done>("POST", `/callbacks/${id(callback)}/cancel`, {}),

  customers: (q: string, limit = 20) => ask<CustomerList>("GET", `/customers${query({ q, limit })}`),
  customer: (customer: string) => ask<CustomerDetail>("GET", `/customers/${id(customer)}`),
  newCard: (card: NewCard) => ask<Card>("POST", "/customers", card),
  editCard: (customer: string, edit: CardEdit) => ask<Card>("PUT", `/customers/${id(customer)}`, edit),

  myDay: () => ask<AgentToday>("GET", "/agents/me/today"),
  queuesToday: () => ask<QueuesToday>("GET", "/queues/today"),
  forecasts: () => ask<QueueForecasts>("GET", "/queues/forecast"),
  system: () => ask<SystemHealth>("GET", "/system"),
  audit: (by: string, action: string, before?: number) =>
    ask<AuditList>("GET", `/audit${query({ by, action, before })}`),
  centreDocument: () => ask<CentreDocument>("GET", "/centre/document"),
  centreSchema: () => ask<object>("GET", "/centre/schema"),
  checkCentre: (document: Centre) => ask<CentreCheck>("POST", "/centre/check", { document }),
  saveCentre: (base_version: number, document: Centre) =>
    ask<CentreDocument>("PUT", "/centre/document", { base_version, document }),
};

/** A file that the server writes. */
export async function download(path: string, within_ms = 120_000): Promise<Blob> {
  const response = await answered("GET", path, undefined, within_ms);
  if (!response.ok) throw await refusalOf(response);
  return response.blob();
}

/** What is asked for, as sound. */
export async function spoken(path: string, body: unknown, within_ms: number): Promise<Blob> {
  const response = await answered("POST", path, body, within_ms);
  if (!response.ok) throw await refusalOf(response);
  return response.blob();
}

/** The bytes of a recording; whoever listens is written down, so it is fetched once and kept by the caller. */
export async function recording(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url, { headers: { "X-Requested-With": "callcenter" } }).catch((error) => {
    throw new Refusal("unreachable", String(error));
  });
  if (!response.ok) throw await refusalOf(response);
  return response.arrayBuffer();
}

/** The websocket to the server: connects, reconnects with back-off, hands messages on. */
import type { PageMessage } from "@/wire/types";

export interface LiveListener {
  message(message: PageMessage): void;
  opened(): void;
  lost(): void;
  /** The server will not have us: the session is over. */
  refused(): void;
}

const SESSION_OVER = 4401;
const SILENT_MS = 4_000;
const LONGEST_PAUSE_MS = 8_000;
/** The server says something every ten seconds; after this long without a word the line is dead. */
const DEAD_AFTER_MS = 25_000;

export class LiveLink {
  private socket: WebSocket | null = null;
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private probe: ReturnType<typeof setInterval> | undefined;
  private heardAt_ms = 0;
  private closed = false;

  constructor(
    private readonly path: string,
    private readonly listener: LiveListener,
  ) {}

  open(): void {
    this.closed = false;
    this.connect();
    window.addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.hurry);
    this.probe = setInterval(() => this.prove(), 1000);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.probe);
    window.removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.hurry);
    this.socket?.close();
    this.socket = null;
  }

  private connect(): void {
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${this.path}`);
    this.socket = socket;
    const patience = setTimeout(() => socket.close(), SILENT_MS);
    socket.onopen = () => {
      clearTimeout(patience);
      this.attempts = 0;
      this.heardAt_ms = Date.now();
      this.listener.opened();
    };
    socket.onmessage = (event) => {
      this.heardAt_ms = Date.now();
      this.listener.message(JSON.parse(String(event.data)) as PageMessage);
    };
    socket.onclose = (event) => {
      clearTimeout(patience);
      if (socket === this.socket) this.afterClose(event.code);
    };
  }

  private afterClose(code: number): void {
    this.socket = null;
    if (this.closed) return;
    this.listener.lost();
    if (code === SESSION_OVER) return this.listener.refused();
    const pause_ms = Math.min(LONGEST_PAUSE_MS, 300 * 2 ** this.attempts) * (0.7 + Math.random() * 0.6);
    this.attempts += 1;
    this.timer = setTimeout(() => this.connect(), pause_ms);
  }

  /** A dead network leaves the socket open and silent; no stale figure may be taken for live. */
  private prove(): void {
    const socket = this.socket;
    if (!socket || socket.readyState !== WebSocket.OPEN || Date.now() - this.heardAt_ms < DEAD_AFTER_MS) return;
    socket.onclose = null;
    socket.close();
    this.afterClose(1006);
  }

  private readonly hurry = (): void => {
    if (!this.socket && !this.closed && document.visibilityState === "visible") this.connect();
  };
}

/**
 * The browser telephone: the only place that knows JsSIP. Load it lazily, it is heavy.
 * Reports what happens as `LineEvent`s; is told what to do by its methods.
 */
import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA, RTCSessionEvent } from "jssip/lib/UA";
import type { LineEvent, PhoneProblem } from "@/state/line";
import type { Reading } from "@/state/quality";
import type { PhoneAccount } from "@/wire/types";

/** Candidates that hide the address behind a `.local` name are waited out this long for a better one. */
const CANDIDATE_PATIENCE_MS = 400;
/** With a relay to be found, its candidate is waited for this long. */
const RELAY_PATIENCE_MS = 2000;
const BUSY = 486;
/** So often it is looked whether another change of the talk may be asked for. */
const TURN_MS = 100;
/** On an INVITE: take it without asking. */
const ANSWER_HEADER = "X-CC-Answer";

export class BrowserPhone {
  /** Where the other party is heard. */
  readonly speaker = new Audio();
  private readonly ua: UA;
  private session: RTCSession | null = null;
  private lostTheServer = false;
  private calls = 0;
  private turn: ReturnType<typeof setTimeout> | undefined;
  private readonly iceServers: RTCIceServer[];

  constructor(
    account: PhoneAccount,
    private readonly report: (event: LineEvent) => void,
    private readonly microphone: () => string,
    /** false: only calls out; another telephone of the account stays the one that rings. */
    private readonly registers = true,
  ) {
    JsSIP.debug.disable();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new JsSIP.WebSocketInterface(`${scheme}://${location.host}${account.websocket}`);
    this.speaker.autoplay = true;
    this.iceServers = account.ice_servers ?? [];
    this.ua = new JsSIP.UA({
      sockets: [socket],
      uri: account.uri,
      authorization_user: account.username,
      password: account.password,
      register: this.registers,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4,
      user_agent: "callcenter console",
    });
    this.watch();
  }

  start(): void {
    this.report({ kind: "registration", to: "starting" });
    this.ua.start();
  }

  stop(): void {
    this.ua.stop();
  }

  /** `sound` is sent instead of the microphone. */
  dial(target: string, sound?: MediaStream): void {
    this.ua.call(target, { ...this.media(), ...(sound ? { mediaStream: sound } : {}) });
  }

  answer(): void {
    if (this.session?.isInProgress()) this.session.answer(this.media());
  }

  hangUp(): void {
    const session = this.session;
    if (!session || session.isEnded()) return;
    const ringsHere = session.direction === "incoming" && session.isInProgress();
    session.terminate(ringsHere ? { status_code: BUSY } : {});
  }

  /** The page goes away: a talk that ends now was lost, and the caller is held; what rings is not turned down. */
  leave(): void {
    if (this.session?.isEstablished()) this.session.terminate();
  }

  mute(on: boolean): void {
    if (on) this.session?.mute({ audio: true });
    else this.session?.unmute({ audio: true });
  }

  /** While the other side has not answered to the change before, this one waits its turn. */
  hold(on: boolean): void {
    clearTimeout(this.turn);
    const session = this.session;
    if (!session?.isEstablished() || session.isOnHold().local === on) return;
    if (!(on ? session.hold() : session.unhold())) this.turn = setTimeout(() => this.hold(on), TURN_MS);
  }

  press(key: string): void {
    this.session?.sendDTMF(key, { transportType: JsSIP.C.DTMF_TRANSPORT.RFC2833 });
  }

  /** What WebRTC has counted of the talk; null without one. */
  async reading(): Promise<Reading | null> {
    const connection = this.session?.connection as RTCPeerConnection | undefined;
    if (!connection || !this.session?.isEstablished()) return null;
    return readingOf(await connection.getStats());
  }

  /** An output device by its id; empty is the default one. */
  async useSpeaker(deviceId: string): Promise<void> {
    if ("setSinkId" in this.speaker) await this.speaker.setSinkId(deviceId).catch(() => undefined);
  }

  /** Change the microphone of the talk in progress. */
  async useMicrophone(): Promise<void> {
    const connection = this.session?.connection as RTCPeerConnection | undefined;
    const sender = connection?.getSenders().find((one) => one.track?.kind === "audio");
    if (!sender) return;
    const stream = await navigator.mediaDevices.getUserMedia(this.constraints()).catch(() => null);
    const track = stream?.getAudioTracks()[0];
    if (!track) return;
    track.enabled = !this.session?.isMuted().audio;
    sender.track?.stop();
    await sender.replaceTrack(track);
  }

  private media(): { mediaConstraints: MediaStreamConstraints; pcConfig: RTCConfiguration } {
    return { mediaConstraints: this.constraints(), pcConfig: { iceServers: this.iceServers } };
  }

  private constraints(): MediaStreamConstraints {
    const deviceId = this.microphone();
    const choice = deviceId ? { deviceId: { ideal: deviceId } } : {};
    return { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...choice }, video: false };
  }

  private watch(): void {
    this.ua.on("connected", () => this.registers || this.report({ kind: "registration", to: "registered" }));
    this.ua.on("connecting", () => this.report({ kind: "registration", to: this.lostTheServer ? "lost" : "starting" }));
    this.ua.on("disconnected", () => {
      this.lostTheServer = true;
      this.report({ kind: "registration", to: "lost" });
    });
    this.ua.on("registered", () => {
      this.report({ kind: "registration", to: "registered" });
      if (this.lostTheServer) this.tellNewPath();
      this.lostTheServer = false;
    });
    this.ua.on("registrationFailed", () => {
      this.report({ kind: "registration", to: this.ua.isConnected() ? "refused" : "lost" });
    });
    this.ua.on("newRTCSession", (event: RTCSessionEvent) => this.began(event));
  }

  /** The talk outlived the socket: a re-INVITE tells Asterisk the new path, else its BYE would go nowhere. */
  private tellNewPath(): void {
    if (this.session?.isEstablished()) this.session.renegotiate();
  }

  private began({ session, request }: RTCSessionEvent): void {
    if (this.session && !this.session.isEnded()) {
      session.terminate({ status_code: BUSY });
      return;
    }
    this.session = session;
    this.calls += 1;
    const id = `${this.calls}`;
    const incoming = session.direction === "incoming";
    const number = incoming ? request.from.uri.user : request.to.uri.user;
    const auto = incoming && request.getHeader(ANSWER_HEADER)?.trim().toLowerCase() === "auto";
    this.report({ kind: "call", id, direction: incoming ? "in" : "out", number: number ?? "", auto });
    this.follow(session, id);
  }

  private follow(session: RTCSession, id: string): void {
    const stage = (to: "ringing" | "connecting" | "talking") => () => this.report({ kind: "stage", id, to });
    session.on("accepted", stage("connecting"));
    session.on("confirmed", stage("talking"));
    session.on("muted", () => this.report({ kind: "muted", id, on: true }));
    session.on("unmuted", () => this.report({ kind: "muted", id, on: false }));
    session.on("hold", (event) => this.held(id, event.originator, true));
    session.on("unhold", (event) => this.held(id, event.originator, false));
    session.on("ended", () => this.over(session, id, ""));
    session.on("failed", (event) => this.over(session, id, problemOf(event.cause)));
    this.hastenCandidates(session);
    // For outgoing calls the connection exists before anybody could listen for it.
    if (session.connection) this.listen(session.connection as RTCPeerConnection);
    session.on("peerconnection", (event) => this.listen(event.peerconnection as RTCPeerConnection));
  }

  private held(id: string, originator: string, on: boolean): void {
    if (originator === "local") this.report({ kind: "held", id, on });
  }

  private listen(connection: RTCPeerConnection): void {
    connection.addEventListener("track", (event) => {
      this.speaker.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      void this.speaker.play().catch(() => undefined);
    });
  }

  /** JsSIP waits for the end of gathering, which can take tens of seconds; one usable address is enough. */
  private hastenCandidates(session: RTCSession): void {
    let patience: ReturnType<typeof setTimeout> | undefined;
    session.on("icecandidate", ({ candidate, ready }) => {
      const relayed = candidate.type === "relay";
      const hidden = candidate.candidate.includes(".local");
      if (this.iceServers.length && !relayed) return void (patience ??= setTimeout(ready, RELAY_PATIENCE_MS));
      clearTimeout(patience);
      if (hidden) patience = setTimeout(ready, CANDIDATE_PATIENCE_MS);
      else ready();
    });
  }

  private over(session: RTCSession, id: string, problem: PhoneProblem): void {
    if (this.session === session) this.session = null;
    clearTimeout(this.turn);
    this.speaker.srcObject = null;
    this.report({ kind: "over", id, problem });
  }
}

interface Counted {
  type: string;
  kind?: string;
  packetsReceived?: number;
  packetsLost?: number;
  jitter?: number;
  roundTripTime?: number;
  fractionLost?: number;
  nominated?: boolean;
  currentRoundTripTime?: number;
}

function readingOf(report: RTCStatsReport): Reading {
  const all: Counted[] = [];
  report.forEach((one) => all.push(one as Counted));
  const heard = all.find((one) => one.type === "inbound-rtp" && one.kind === "audio");
  const told = all.find((one) => one.type === "remote-inbound-rtp" && one.kind === "audio");
  const path = all.find((one) => one.type === "candidate-pair" && one.nominated && one.currentRoundTripTime !== undefined);
  return {
    at: Date.now() / 1000,
    received: heard?.packetsReceived ?? 0,
    lost: heard?.packetsLost ?? 0,
    jitter_s: heard?.jitter ?? 0,
    round_trip_s: told?.roundTripTime ?? path?.currentRoundTripTime ?? null,
    sent_lost: told?.fractionLost ?? null,
  };
}

function problemOf(cause: string): PhoneProblem {
  const causes = JsSIP.C.causes;
  if (cause === causes.USER_DENIED_MEDIA_ACCESS) return "microphone";
  if (cause === causes.WEBRTC_ERROR || cause === causes.INCOMPATIBLE_SDP || cause === causes.BAD_MEDIA_DESCRIPTION)
    return "media";
  if (cause === causes.BUSY) return "busy";
  if (cause === causes.REJECTED) return "rejected";
  if (cause === causes.CANCELED || cause === causes.NO_ANSWER) return "";
  return "unreachable";
}

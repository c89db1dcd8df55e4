import { Client, Tunnel, WebSocketTunnel, type Status } from '@glokon/guacamole-common-js';
import type { Size, Ticket } from './api';

const tooSlow = 0x0202;
const proof = 2_500;

export interface ScreenEvents {
  opened(): void;
  unstable(shaky: boolean): void;
  firstFrame(tunnelMilliseconds: number): void;
  lost(code: number): void;
}

/** One tunnel to one desktop, and its picture. A dropped line is a new Screen. */
export class Screen {
  readonly client: Client;
  private readonly tunnel: WebSocketTunnel;
  private readonly openedAt = performance.now();
  private readonly probe = Object.assign(document.createElement('canvas'), { width: 16, height: 16 }).getContext('2d', { willReadFrequently: true });
  private seen = false;
  private over = false;
  private code = 0;
  private shaky = false;
  private silence = 0;

  constructor(ticket: Ticket, private readonly events: ScreenEvents) {
    this.tunnel = new WebSocketTunnel(ticket.tunnel);
    this.client = new Client(this.tunnel);
    this.tunnel.onerror = (status: Status) => (this.code = status.code);
    this.client.onerror = (status: Status) => {
      this.code = status.code;
      this.end();
    };
    this.tunnel.onstatechange = (state: Tunnel.State) => {
      this.shaky = state === Tunnel.State.UNSTABLE;
      if (state === Tunnel.State.OPEN) events.unstable(false);
      else if (this.shaky) events.unstable(true);
      else if (state === Tunnel.State.CLOSED) this.end();
    };
    this.client.onstatechange = (state: Client.State) => {
      if (state === Client.State.CONNECTED) events.opened();
    };
    this.client.onsync = () => this.seen || this.client.getDisplay().flush(() => this.look());
  }

  /** The token goes into the WebSocket's query and nowhere else. Who hears nothing for so long gives up: guacd itself tries for a minute. */
  connect(ticket: Ticket, size: Size, traceParent: string | null, patience: number): void {
    const take = this.tunnel.oninstruction;
    this.tunnel.oninstruction = (opcode: string, args: string[]) => {
      if (opcode !== 'nop') clearTimeout(this.silence);
      take?.(opcode, args);
    };
    this.silence = window.setTimeout(() => {
      this.code = tooSlow;
      this.end();
    }, patience);
    const query = new URLSearchParams({
      token: ticket.token,
      GUAC_DATA_SOURCE: ticket.dataSource,
      GUAC_ID: ticket.connection,
      GUAC_TYPE: ticket.type,
      GUAC_WIDTH: String(size.width),
      GUAC_HEIGHT: String(size.height),
      GUAC_DPI: '96',
      GUAC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
    });
    for (const type of ['image/jpeg', 'image/png', 'image/webp']) query.append('GUAC_IMAGE', type);
    if (traceParent) query.append('traceparent', traceParent);
    this.client.connect(query.toString());
  }

  /** Gives it up if nothing comes: each side says twice a second that it is there. */
  prove(): void {
    setTimeout(() => {
      if (!this.shaky || this.over) return;
      this.code = tooSlow;
      this.end();
    }, proof);
  }

  /** Closes without a word to the events: it was us. */
  close(): void {
    this.over = true;
    clearTimeout(this.silence);
    this.client.disconnect();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.silence);
    this.client.disconnect();
    this.events.lost(this.code);
  }

  /** A picture counts when it is one: guacd first sends an empty, black screen. */
  private look(): void {
    const display = this.client.getDisplay();
    if (this.seen || !this.probe || display.getWidth() === 0 || display.getHeight() === 0) return;
    this.probe.drawImage(display.getDefaultLayer().getCanvas(), 0, 0, 16, 16);
    const pixels = this.probe.getImageData(0, 0, 16, 16).data;
    if (!pixels.some((value, index) => index % 4 !== 3 && value > 8)) return;
    this.seen = true;
    this.events.firstFrame(performance.now() - this.openedAt);
  }
}

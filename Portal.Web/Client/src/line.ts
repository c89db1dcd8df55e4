import { Problem, type Size, type Ticket, type Traced } from './api';
import { byId, setText } from './dom';
import { Screen } from './screen';

export type LineState = 'connecting' | 'waiting' | 'open' | 'shaky' | 'lost' | 'closed';

export interface LineEvents {
  screen(screen: Screen): void;
  state(state: LineState): void;
  firstFrame(tunnelMilliseconds: number): void;
}

/** Where a line leads. */
export interface LineEnd {
  ticket(): Promise<Traced<Ticket>>;
  /** Told of each line that drops or does not come about; true if there is nothing left to take up again. */
  lost(error: unknown): boolean | Promise<boolean>;
}

/** How each is called on the page, and the colour of its dot. */
export const lineWords: Record<LineState, [string, string]> = {
  connecting: ['Connecting', 'shaky'],
  waiting: ['Waiting', 'shaky'],
  open: ['Connected', 'good'],
  shaky: ['The line is slow', 'shaky'],
  lost: ['Reconnecting', 'bad'],
  closed: ['', ''],
};

const longestWait = 15_000;
const longestSilence = 30_000;
const expectation = 5_000;
const grace = 250;

const reasons: Record<number, string> = {
  0x0202: 'The desktop answers too slowly.',
  0x0203: 'The desktop closed the connection.',
  0x0205: 'The desktop is open somewhere else.',
  0x0207: 'The desktop cannot be reached.',
  0x0208: 'The desktop cannot be reached.',
  0x0301: 'The ticket to the desktop was no longer good.',
  0x0303: 'The ticket to the desktop was refused.',
  0x031d: 'The desktop is open too many times.',
};

/**
 * Keeps a screen open: a dropped line is taken up again with a new ticket, after a wait that grows, and says so. Where there is nothing to see
 * yet (409, and when to try again) it goes on by itself when there is.
 */
export class Line {
  private screen: Screen | null = null;
  private failures = 0;
  private timer = 0;
  private finished = false;
  private expectedUntil = 0;
  private readonly box = byId('line');
  private readonly text = byId('line-text');
  private readonly button = byId<HTMLButtonElement>('line-now');

  constructor(
    private readonly end: LineEnd,
    private readonly traceParent: string | null,
    private readonly size: () => Size,
    private readonly events: LineEvents,
  ) {
    this.button.addEventListener('click', () => void this.connect());
    addEventListener('online', () => this.box.hidden || void this.connect());
    addEventListener('pagehide', () => this.close());
    addEventListener('pageshow', (event) => event.persisted && location.reload());
  }

  async connect(): Promise<void> {
    clearInterval(this.timer);
    if (this.finished) return;
    this.screen?.close();
    this.screen = null;
    this.events.state('connecting');
    if (this.failures > 0) setText(this.text, 'Reconnecting…');
    try {
      const { value: ticket, traceParent } = await this.end.ticket();
      if (this.finished) return;
      const screen: Screen = new Screen(ticket, {
        opened: () => this.opened(),
        unstable: (shaky) => this.box.hidden && this.events.state(shaky ? 'shaky' : 'open'),
        firstFrame: (milliseconds) => this.events.firstFrame(milliseconds),
        lost: (code) => screen === this.screen && void this.lost(reasons[code] ?? 'The line to the desktop dropped.'),
      });
      this.screen = screen;
      this.events.screen(screen);
      screen.connect(ticket, this.size(), this.traceParent ?? traceParent, Math.min(longestSilence, 4_000 * 2 ** Math.max(0, this.failures - 1)));
    } catch (error) {
      await this.refused(error);
    }
  }

  /** The tunnel is about to be ended on purpose, and there is another one behind it: no word of it, and no waiting. */
  expect(): void {
    this.expectedUntil = Date.now() + expectation;
    if (!this.box.hidden) void this.connect();
  }

  close(): void {
    this.finished = true;
    clearInterval(this.timer);
    this.box.hidden = true;
    this.screen?.close();
    this.screen = null;
    this.events.state('closed');
  }

  private opened(): void {
    this.failures = 0;
    this.box.hidden = true;
    this.events.state('open');
  }

  private async refused(error: unknown): Promise<void> {
    if (error instanceof Problem && error.status === 409 && error.retryAfterSeconds && !this.finished) {
      this.wait(error, error.retryAfterSeconds * 1000);
      await this.end.lost(error);
    } else {
      await this.lost(error instanceof Problem ? `${error.title}.` : 'The picture could not be opened.', error);
    }
  }

  private async lost(reason: string, error: unknown = null): Promise<void> {
    if (this.finished) return;
    this.screen = null;
    // The word that it is on purpose may come a little later than the end itself.
    if (Date.now() >= this.expectedUntil) await new Promise((resolve) => setTimeout(resolve, grace));
    if (this.finished || this.screen) return;
    if (Date.now() < this.expectedUntil) {
      this.expectedUntil = 0;
      return this.connect();
    }
    this.events.state('lost');
    const wait = Math.min(longestWait, 500 * 2 ** this.failures++);
    this.show(reason);
    this.button.hidden = false;
    this.countDown(wait);
    if (await this.end.lost(error)) this.close();
  }

  private wait(problem: Problem, milliseconds: number): void {
    this.failures = 0;
    this.events.state('waiting');
    this.show(problem.title);
    setText(this.text, problem.detail);
    this.button.hidden = true;
    this.timer = window.setTimeout(() => void this.connect(), milliseconds);
  }

  private show(title: string): void {
    setText(byId('line-title'), title);
    this.box.hidden = false;
  }

  private countDown(wait: number): void {
    const until = Date.now() + wait;
    const tick = (): void => {
      const left = until - Date.now();
      if (left <= 0) return void this.connect();
      setText(this.text, `Blender goes on running. Reconnecting in ${Math.ceil(left / 1000)} s…`);
    };
    clearInterval(this.timer);
    this.timer = window.setInterval(tick, 200);
    tick();
  }
}

import { Problem, type Size, type Ticket, type Traced } from './api';
import { byId, setText } from './dom';
import { Screen } from './screen';
import { onWake } from './wake';

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
const shortestSilence = 4_000;
/** How long a line that has dropped may take to be back without a word of it. */
const grace = 1_000;
/** The same as long as nobody has said yet whether it was ended on purpose, and where it was. */
const graceBefore = 5_000;
const graceIfPlanned = 15_000;
/** A line that drops sooner than this was no line: the next one waits longer. */
const steady = 2_000;

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
 * Keeps a screen open: a dropped line is taken up again with a new ticket, at once, then after waits that grow, and who looks is told when that
 * takes long or is refused. Guacamole learns only with a new tunnel that a recording begins or ends, so every line is ended then, on purpose:
 * the new ticket says it, and more time passes without a word. Where there is nothing to see yet (409, and when to try again) it goes on by
 * itself when there is.
 */
export class Line {
  private screen: Screen | null = null;
  private failures = 0;
  private timer = 0;
  private silence = 0;
  private attempt = 0;
  private finished = false;
  private recordingSince: string | null | undefined;
  /** When the line opened that stands now, or 0 if it is to count as one that has stood for long. */
  private openedAt: number | null = null;
  private reason = '';
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
    onWake(() => (this.failures > 0 && !this.screen ? void this.connect() : this.screen?.prove()));
    addEventListener('pagehide', () => this.close());
    addEventListener('pageshow', (event) => event.persisted && location.reload());
  }

  async connect(): Promise<void> {
    clearInterval(this.timer);
    if (this.finished) return;
    const attempt = ++this.attempt;
    this.screen?.close();
    this.screen = null;
    this.events.state('connecting');
    if (this.failures > 0) setText(this.text, 'Reconnecting…');
    try {
      const { value: ticket, traceParent } = await this.end.ticket();
      // Somebody else may have asked for a line meanwhile, and only one is to be left.
      if (this.finished || attempt !== this.attempt) return;
      const isPlanned = this.recordingSince !== undefined && this.recordingSince !== ticket.recordingSince;
      this.recordingSince = ticket.recordingSince;
      if (this.silence && isPlanned) this.sayAfter(graceIfPlanned);
      else if (this.silence && this.failures === 1) this.sayAfter(grace);
      if (isPlanned) this.failures = 0;
      const screen: Screen = new Screen(ticket, {
        opened: () => this.opened(isPlanned),
        unstable: (shaky) => this.box.hidden && this.events.state(shaky ? 'shaky' : 'open'),
        firstFrame: (milliseconds) => this.events.firstFrame(milliseconds),
        lost: (code) => screen === this.screen && void this.lost(reasons[code] ?? 'The line to the desktop dropped.'),
      });
      this.screen = screen;
      this.events.screen(screen);
      const patience = isPlanned ? longestSilence : Math.min(longestSilence, shortestSilence * 2 ** Math.max(0, this.failures - 1));
      screen.connect(ticket, this.size(), this.traceParent ?? traceParent, patience);
    } catch (error) {
      if (attempt === this.attempt) await this.refused(error);
    }
  }

  close(): void {
    this.finished = true;
    clearInterval(this.timer);
    this.hide();
    this.screen?.close();
    this.screen = null;
    this.events.state('closed');
  }

  private opened(wasPlanned: boolean): void {
    this.openedAt = wasPlanned ? 0 : Date.now();
    this.hide();
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
    this.events.state('lost');
    if (this.openedAt !== null && Date.now() - this.openedAt >= steady) this.failures = 0;
    this.openedAt = null;
    const failures = this.failures++;
    this.reason = reason;
    if (error !== null || !this.box.hidden) this.say();
    else if (!this.silence) this.sayAfter(graceBefore);
    this.countDown(failures === 0 && error === null ? 0 : Math.min(longestWait, 250 * 2 ** failures));
    if ((failures > 0 || error !== null) && (await this.end.lost(error))) this.close();
  }

  private wait(problem: Problem, milliseconds: number): void {
    this.failures = 0;
    this.events.state('waiting');
    this.show(problem.title);
    setText(this.text, problem.detail);
    this.button.hidden = true;
    this.timer = window.setTimeout(() => void this.connect(), milliseconds);
  }

  private sayNothing(): void {
    clearTimeout(this.silence);
    this.silence = 0;
  }

  private sayAfter(milliseconds: number): void {
    this.sayNothing();
    this.silence = window.setTimeout(() => this.say(), milliseconds);
  }

  private say(): void {
    this.show(this.reason);
    this.button.hidden = false;
  }

  private show(title: string): void {
    this.sayNothing();
    setText(byId('line-title'), title);
    this.box.hidden = false;
  }

  private hide(): void {
    this.sayNothing();
    this.box.hidden = true;
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

import { api, type Desktop, desktopPath, isOver } from './api';
import { confirmStop } from './confirm';
import { byId, setText } from './dom';
import * as format from './format';
import { attachFullScreen } from './fullscreen';
import { type LineState, lineWords } from './line';
import { attachMoreTools } from './more-tools';
import { complain, notice } from './notices';
import { stateNames } from './states';

const soon = 10 * 60_000;

/** The slim bar above the picture. */
export class Toolbar {
  private line: LineState = 'closed';
  private desktop: Desktop | null = null;
  private name = 'Desktop';
  private readonly save = byId<HTMLButtonElement>('save');
  private readonly download = byId<HTMLButtonElement>('download');
  private readonly stop = byId<HTMLButtonElement>('stop');

  constructor(private readonly id: string, private readonly stopping: () => void) {
    this.save.addEventListener('click', () => void this.saveNow());
    this.download.addEventListener('click', () => void this.downloadNow());
    this.stop.addEventListener('click', () => void this.stopNow());
    attachFullScreen();
    attachMoreTools();
    // Blender's own Ctrl+S writes into the desktop, and it goes there as any key does; who presses it means that it is safe then.
    addEventListener('keydown', (event) => this.key(event), { capture: true });
    setInterval(() => this.show(), 15_000);
  }

  setName(name: string): void {
    this.name = name;
    setText(byId('mesh-name'), name);
    document.title = `${name} · GuacAspire`;
  }

  setLine(state: LineState): void {
    this.line = state;
    this.show();
  }

  update(desktop: Desktop): void {
    this.desktop = desktop;
    this.show();
  }

  private show(): void {
    const desktop = this.desktop;
    const [words, colour] = desktop?.state === 'ready' ? lineWords[this.line] : [desktop ? stateNames[desktop.state] : '', desktop?.state === 'failed' ? 'bad' : 'shaky'];
    setText(byId('status'), words);
    byId('status-dot').className = `dot ${colour}`;
    this.save.disabled = desktop?.state !== 'ready';
    this.download.disabled = desktop?.state !== 'ready';
    const over = desktop !== null && isOver(desktop);
    this.stop.disabled = over;
    setText(byId('saved-at'), desktop?.savedAt ? `Saved ${format.moment(desktop.savedAt)}` : '');
    byId<HTMLButtonElement>('share').disabled = over;
    const left = desktop?.expiresAt && !over ? Date.parse(desktop.expiresAt) - Date.now() : Infinity;
    setText(byId('time-left'), left < 3_600_000 ? (format.timeLeft(desktop?.expiresAt ?? null) ?? '') : '');
    byId('time-left').classList.toggle('soon', left < soon);
  }

  private key(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    if (!event.repeat && !this.save.disabled) void this.saveNow();
  }

  private async saveNow(): Promise<boolean> {
    this.save.disabled = this.download.disabled = true;
    try {
      this.desktop = await api.save(this.id);
      notice('Saved', 'Blender has written the file and it is safe.');
      return true;
    } catch (error) {
      complain(error);
      return false;
    } finally {
      this.show();
    }
  }

  /** The newest state, not the newest save: it saves first. */
  private async downloadNow(): Promise<void> {
    if (await this.saveNow()) location.assign(`${desktopPath(this.id)}/file`);
  }

  private async stopNow(): Promise<void> {
    const answer = await confirmStop(this.name);
    if (!answer) return;
    this.stop.disabled = true;
    try {
      await api.stop(this.id, answer.discard);
      this.stopping();
    } catch (error) {
      this.stop.disabled = false;
      complain(error);
    }
  }
}

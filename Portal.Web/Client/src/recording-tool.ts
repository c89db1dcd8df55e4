import { api, type Desktop } from './api';
import { byId } from './dom';
import { complain, notice } from './notices';
import { RecordingSign } from './recording-sign';

/** The button that begins and ends a recording, and the sign that says so. */
export class RecordingTool {
  private desktop: Desktop | null = null;
  private busy = false;
  private readonly button = byId<HTMLButtonElement>('record');
  private readonly sign = new RecordingSign(byId('stage'));

  constructor(private readonly id: string) {
    this.button.addEventListener('click', () => void this.toggle());
  }

  update(desktop: Desktop): void {
    this.desktop = desktop;
    this.show();
  }

  private show(): void {
    const since = this.desktop?.recordingSince ?? null;
    this.sign.update(since);
    this.button.disabled = this.desktop?.state !== 'ready';
    this.button.setAttribute('aria-pressed', String(since !== null));
    this.button.title = since ? 'End the recording' : 'Record the screen from now on';
  }

  private async toggle(): Promise<void> {
    if (this.busy) return;
    const on = !this.desktop?.recordingSince;
    this.busy = true;
    try {
      this.update(await api.record(this.id, on));
      if (!on) notice('The recording has ended', 'You find it under “My recordings”, to watch, to download or to remove.');
    } catch (error) {
      complain(error);
    } finally {
      this.busy = false;
    }
  }
}

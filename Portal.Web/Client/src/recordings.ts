import { api, type Recording, recordingPath } from './api';
import { confirm } from './confirm';
import { byId, el } from './dom';
import * as format from './format';
import { icon } from './icons';
import { complain } from './notices';

/** What was recorded: to watch, to download, to remove. */
export class Recordings {
  count = 0;
  private readonly list = byId<HTMLUListElement>('recordings');
  private shown = '';

  async refresh(): Promise<void> {
    try {
      this.show(await api.recordings());
    } catch {
      // The next round will tell; what is on the page may still be true.
    }
  }

  private show(recordings: Recording[]): void {
    const print = JSON.stringify(recordings);
    if (print === this.shown) return;
    this.shown = print;
    this.count = recordings.length;
    byId('recordings-section').hidden = recordings.length === 0;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.testid : undefined;
    this.list.replaceChildren(...recordings.map((recording) => this.item(recording)));
    if (focused) this.list.querySelector<HTMLElement>(`[data-testid="${focused}"]`)?.focus();
  }

  private item(recording: Recording): HTMLLIElement {
    const at = format.moment(recording.startedAt);
    const length = format.length((Date.parse(recording.endedAt) - Date.parse(recording.startedAt)) / 1000);
    const name = `${recording.name} of ${at}`;
    const remove = el('button', { class: 'button small ghost', type: 'button', disabled: recording.running, 'aria-label': `Remove the recording ${name}`, title: recording.running ? 'It is being recorded' : 'Remove it', 'data-testid': `remove-recording-${recording.id}`, onclick: () => void this.remove(recording) });
    remove.append(icon('trash'));
    return el('li', { class: 'saved', 'data-testid': `recording-${recording.id}` },
      el('div', { class: 'saved-row' },
        el('div', { class: 'saved-words' },
          el('strong', { class: 'card-name' }, recording.name),
          el('span', { class: 'quiet' }, [at, recording.running ? 'being recorded' : length, format.bytes(recording.bytes)].join(' · '))),
        el('div', { class: 'saved-buttons' },
          el('a', { class: 'button small primary', href: `/recordings/${encodeURIComponent(recording.id)}`, 'aria-label': `Play the recording ${name}`, 'data-testid': `play-${recording.id}` }, 'Play'),
          el('a', { class: 'button small', href: `${recordingPath(recording.id)}/file`, download: true, 'aria-label': `Download the recording ${name}` }, '.guac'),
          remove)));
  }

  private async remove(recording: Recording): Promise<void> {
    const answer = await confirm({ title: 'Remove this recording?', text: `What was recorded of ${recording.name} at ${format.moment(recording.startedAt)} is removed for good.`, yes: 'Remove' });
    if (answer !== 'yes') return;
    try {
      await api.deleteRecording(recording.id);
    } catch (error) {
      complain(error);
    }
    await this.refresh();
    // The button that had the focus is gone.
    (this.list.querySelector<HTMLElement>('button') ?? byId('meshes')).focus({ preventScroll: true });
  }
}

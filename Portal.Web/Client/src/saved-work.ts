import { api, type Save, savePath } from './api';
import { confirm } from './confirm';
import { byId, el } from './dom';
import * as format from './format';
import { icon } from './icons';
import { launch } from './launching';
import { complain } from './notices';
import { picture } from './pictures';

/** What was saved, by mesh: to go on with, to download, to remove. */
export class SavedWork {
  count = 0;
  private readonly list = byId<HTMLUListElement>('saves');
  private shown = '';

  constructor(private readonly changed: (saves: Save[]) => void) {}

  async refresh(): Promise<void> {
    try {
      this.show(await api.saves());
    } catch {
      // The next round will tell; what is on the page may still be true.
    }
  }

  private show(saves: Save[]): void {
    this.changed(saves);
    const print = JSON.stringify(saves);
    if (print === this.shown) return;
    this.shown = print;
    this.count = saves.length;
    byId('saves-section').hidden = saves.length === 0;
    const meshes = new Map<string, Save[]>();
    for (const save of saves) meshes.set(save.mesh, [...(meshes.get(save.mesh) ?? []), save]);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.testid : undefined;
    const open = new Set([...this.list.querySelectorAll<HTMLDetailsElement>('details[open]')].map((details) => details.dataset.mesh));
    this.list.replaceChildren(...[...meshes.values()].map((all) => this.item(all, open.has(all[0]!.mesh))));
    if (focused) this.list.querySelector<HTMLElement>(`[data-testid="${focused}"]`)?.focus();
  }

  private item([latest, ...older]: Save[], open: boolean): HTMLLIElement {
    const item = el('li', { class: 'saved', 'data-testid': `saved-${latest!.mesh}` }, this.row(latest!, true));
    if (older.length > 0) {
      const words = older.length === 1 ? 'One older version' : `${older.length} older versions`;
      item.append(el('details', { open, 'data-mesh': latest!.mesh }, el('summary', {}, words), ...older.map((save) => this.row(save, false))));
    }
    return item;
  }

  private row(save: Save, isLatest: boolean): HTMLDivElement {
    const at = format.moment(save.savedAt);
    const resume = el('button', { class: isLatest ? 'button small primary' : 'button small', type: 'button', 'aria-label': `Resume ${save.name} of ${at}`, 'data-testid': `resume-${save.id}`, onclick: () => void this.resume(save, resume) }, 'Resume');
    const remove = el('button', { class: 'button small ghost', type: 'button', 'aria-label': `Remove ${save.name} of ${at}`, title: 'Remove it', 'data-testid': `remove-${save.id}`, onclick: () => void this.remove(save) });
    remove.append(icon('trash'));
    return el('div', { class: 'saved-row' },
      picture(save, 'picture saved-picture'),
      el('div', { class: 'saved-words' },
        isLatest && el('strong', { class: 'card-name' }, save.name),
        el('span', { class: 'quiet' }, [`saved ${at}`, save.checkpoint && 'by itself', format.bytes(save.bytes)].filter(Boolean).join(' · '))),
      el('div', { class: 'saved-buttons' },
        resume,
        el('a', { class: 'button small', href: `${savePath(save.id)}/file`, download: true, 'aria-label': `Download ${save.name} of ${at}`, 'data-testid': `download-${save.id}` }, '.blend'),
        remove));
  }

  private async resume(save: Save, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    try {
      await launch(save.mesh, save.id);
    } catch (error) {
      complain(error);
      button.disabled = false;
    }
  }

  private async remove(save: Save): Promise<void> {
    const answer = await confirm({ title: `Remove “${save.name}”?`, text: `The work saved ${format.moment(save.savedAt)} is removed for good.`, yes: 'Remove' });
    if (answer !== 'yes') return;
    try {
      await api.deleteSave(save.id);
    } catch (error) {
      complain(error);
    }
    await this.refresh();
    // The button that had the focus is gone.
    (this.list.querySelector<HTMLElement>('button') ?? byId('meshes')).focus({ preventScroll: true });
  }
}

import { api, type Mesh, type Save } from './api';
import { confirm } from './confirm';
import { byId, el, focusIfFree } from './dom';
import * as format from './format';
import { icon } from './icons';
import { launch } from './launching';
import { announce, complain, notice } from './notices';
import { fill, picture } from './pictures';
import { uploadCard } from './upload';

const pictureInterval = 2_000;
const pictureRounds = 60;

/** The grid of meshes: samples for all, uploads of one's own, and a card to upload. */
export class Catalogue {
  private readonly list = byId<HTMLUListElement>('cards');
  private readonly filter = byId<HTMLInputElement>('filter');
  private latest = new Map<string, Save>();
  private awaiting = false;
  // One for good: what is being uploaded goes on while the cards are made anew.
  private readonly upload = uploadCard((mesh) => this.added(mesh));

  constructor(
    private readonly meshes: Map<string, Mesh>,
    private readonly changed: () => void,
  ) {
    this.list.append(...Array.from({ length: 8 }, () => el('li', { class: 'skeleton', 'aria-hidden': true })));
    this.filter.addEventListener('input', () => this.applyFilter());
  }

  async load(): Promise<void> {
    const all = await api.meshes();
    this.meshes.clear();
    for (const mesh of all) this.meshes.set(mesh.id, mesh);
    this.show();
    this.changed();
    void this.awaitPictures();
  }

  /** Pictures of uploads are taken in the background, behind everybody's launches. */
  private async awaitPictures(): Promise<void> {
    if (this.awaiting) return;
    this.awaiting = true;
    for (let round = 0; round < pictureRounds && this.withoutPicture().length > 0; round++) {
      await new Promise((resolve) => setTimeout(resolve, pictureInterval));
      if (document.hidden) continue;
      const all = await api.meshes().catch(() => []);
      for (const mesh of all.filter((mesh) => mesh.thumbnail && this.withoutPicture().some((known) => known.id === mesh.id))) {
        this.meshes.set(mesh.id, mesh);
        const box = this.list.querySelector<HTMLElement>(`li.card[data-mesh="${mesh.id}"] .picture`);
        if (box) fill(box, mesh);
      }
    }
    this.awaiting = false;
  }

  private withoutPicture(): Mesh[] {
    return [...this.meshes.values()].filter((mesh) => mesh.owner && !mesh.thumbnail);
  }

  /** Offers on each card to go on with the newest that was saved of its mesh. */
  offer(saves: Save[]): void {
    this.latest = new Map([...saves].reverse().map((save) => [save.mesh, save]));
    for (const item of this.list.querySelectorAll<HTMLLIElement>('li.card')) this.showResume(item, this.meshes.get(item.dataset.mesh ?? ''));
  }

  private showResume(item: HTMLLIElement, mesh: Mesh | undefined): void {
    const save = mesh && this.latest.get(mesh.id);
    const [shown] = item.getElementsByClassName('card-resume');
    if (!mesh || !save) return shown?.remove();
    if (shown instanceof HTMLElement && shown.dataset.save === save.id) return;
    const button = el('button', {
      type: 'button', class: 'card-resume', 'data-save': save.id, 'data-testid': `resume-mesh-${mesh.id}`,
      title: 'Go on with your work; the card itself starts afresh', 'aria-label': `Resume ${mesh.name} of ${format.moment(save.savedAt)}`,
      onclick: () => void this.open(mesh, button, save.id),
    }, icon('resume'), el('span', {}, 'Resume'), el('span', { class: 'card-resume-time' }, format.day(save.savedAt)));
    shown ? shown.replaceWith(button) : item.append(button);
  }

  private show(): void {
    const cards = [...this.meshes.values()].map((mesh) => this.card(mesh));
    this.list.replaceChildren(...cards, this.upload);
    this.list.setAttribute('aria-busy', 'false');
    this.applyFilter();
  }

  private card(mesh: Mesh): HTMLLIElement {
    const figures = [format.triangles(mesh.triangles), format.bytes(mesh.bytes)].filter(Boolean).join(' · ');
    const open = el('button', { type: 'button', class: 'card-open', 'data-testid': `mesh-card-${mesh.id}`, title: `Open ${mesh.name} in Blender` },
      picture(mesh),
      el('span', { class: 'card-words' },
        el('span', { class: 'card-name' }, mesh.name),
        el('span', { class: 'badge' }, `.${mesh.format}`),
        el('span', { class: 'card-figures' }, figures)));
    open.addEventListener('click', () => void this.open(mesh, open));

    const item = el('li', { class: 'card', 'data-mesh': mesh.id }, open);
    item.dataset.words = `${mesh.name} .${mesh.format}`.toLowerCase();
    if (mesh.owner) {
      const remove = el('button', { type: 'button', class: 'card-delete', 'aria-label': `Delete ${mesh.name}`, title: 'Delete this upload', 'data-testid': `delete-mesh-${mesh.id}`, onclick: () => void this.remove(mesh) });
      remove.append(icon('trash'));
      item.append(remove);
    }
    this.showResume(item, mesh);
    return item;
  }

  private async open(mesh: Mesh, button: HTMLButtonElement, resume?: string): Promise<void> {
    const veil = el('span', { class: 'card-veil' }, el('span', { class: 'spinner' }));
    button.closest('.card')?.querySelector('.picture')?.append(veil);
    button.disabled = true;
    announce(`Opening ${mesh.name}`);
    try {
      await launch(mesh.id, resume);
    } catch (error) {
      complain(error);
      this.changed();
    } finally {
      veil.remove();
      button.disabled = false;
    }
  }

  private async added(mesh: Mesh): Promise<void> {
    notice(`“${mesh.name}” is in your catalogue`, 'Only you can see it.');
    await this.load();
    focusIfFree(this.list.querySelector<HTMLElement>(`[data-testid="mesh-card-${mesh.id}"]`));
  }

  private async remove(mesh: Mesh): Promise<void> {
    const answer = await confirm({ title: `Delete “${mesh.name}”?`, text: 'The upload is removed for good. Desktops that have it open keep it.', yes: 'Delete' });
    if (answer !== 'yes') return;
    try {
      await api.deleteMesh(mesh.id);
      await this.load();
      // The button that had the focus is gone.
      byId('meshes').focus({ preventScroll: true });
    } catch (error) {
      complain(error);
    }
  }

  private applyFilter(): void {
    const wanted = this.filter.value.trim().toLowerCase();
    const cards = [...this.list.querySelectorAll<HTMLLIElement>('li.card')];
    for (const card of cards) card.hidden = !card.dataset.words?.includes(wanted);
    byId('no-match').hidden = cards.length === 0 || cards.some((card) => !card.hidden);
  }
}

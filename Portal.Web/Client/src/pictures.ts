import { el } from './dom';
import { icon } from './icons';

type Pictured = { thumbnail: string | null };

/** The picture of a mesh, or of work on it, or a drawing in its place. */
export function picture(mesh: Pictured | undefined, className = 'picture'): HTMLElement {
  const box = el('div', { class: className });
  fill(box, mesh);
  return box;
}

export function fill(box: HTMLElement, mesh: Pictured | undefined): void {
  box.replaceChildren(icon('mesh', 'placeholder', 0.7));
  if (!mesh?.thumbnail) return;
  const image = el('img', { src: mesh.thumbnail, alt: '', loading: 'lazy', decoding: 'async' });
  image.addEventListener('error', () => image.remove());
  image.addEventListener('load', () => box.replaceChildren(image));
  box.append(image);
}

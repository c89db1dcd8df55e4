import { type Mesh, Problem, problemOf } from './api';
import { el } from './dom';
import { onFilesDropped } from './drops';
import { icon } from './icons';
import { complain } from './notices';

const stall = 60_000;
const check = 10 * 60_000;
const formats = '.blend,.stl,.obj,.ply,.glb,.gltf,.fbx';

/** The last card: files dropped on the page, or chosen here, go to one's own catalogue, one after the other. */
export function uploadCard(uploaded: (mesh: Mesh) => Promise<void>): HTMLLIElement {
  const input = el('input', { type: 'file', multiple: true, class: 'visually-hidden', accept: formats, 'data-testid': 'upload-input' });
  const title = el('strong', {}, 'Upload a mesh');
  const text = el('small', {}, 'Drop a file here, or choose one: .blend .stl .obj .ply .glb .fbx');
  const progress = el('progress', { max: 100, hidden: true, 'aria-label': 'Upload' });
  const label = el('label', { class: 'upload', 'data-testid': 'upload-card' }, input, icon('upload'), title, text, progress);

  const waiting: File[] = [];
  let busy = false;

  const send = async (files: Iterable<File>): Promise<void> => {
    waiting.push(...files);
    if (busy) return;
    busy = true;
    progress.hidden = false;
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      title.textContent = `Uploading ${file.name}${waiting.length > 0 ? `, and ${waiting.length} more` : ''}`;
      progress.value = 0;
      try {
        await uploaded(await post(file, (share) => (progress.value = share * 100)));
      } catch (error) {
        complain(error, file.name);
      }
    }
    busy = false;
    title.textContent = 'Upload a mesh';
    progress.hidden = true;
  };

  input.addEventListener('change', () => {
    void send(input.files ?? []);
    input.value = '';
  });
  onFilesDropped((files) => void send(files), (over) => label.classList.toggle('over', over));
  return el('li', {}, label);
}

/** fetch does not tell how much of an upload is through; XMLHttpRequest does. */
function post(file: File, onShare: (share: number) => void): Promise<Mesh> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('file', file);
    const request = new XMLHttpRequest();
    request.open('POST', '/api/meshes');
    // A line that is gone says nothing, and neither does a portal that looks through a large file.
    let patience = setTimeout(() => request.abort(), stall);
    const wait = (milliseconds: number): void => {
      clearTimeout(patience);
      patience = setTimeout(() => request.abort(), milliseconds);
    };
    request.upload.addEventListener('progress', (event) => {
      wait(stall);
      if (event.lengthComputable) onShare(event.loaded / event.total);
    });
    request.upload.addEventListener('load', () => wait(check));
    request.addEventListener('loadend', () => clearTimeout(patience));
    request.addEventListener('load', () =>
      request.status === 201
        ? resolve(JSON.parse(request.responseText) as Mesh)
        : reject(problemOf(request.status, request.responseText, request.getResponseHeader('Retry-After'))));
    for (const end of ['error', 'abort']) {
      request.addEventListener(end, () =>
        reject(new Problem(0, 'The upload broke off', 'The file may be too large for the way to the portal, or the line dropped. Try again.')));
    }
    request.send(form);
  });
}

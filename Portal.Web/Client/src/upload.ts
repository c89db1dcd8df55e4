import { type Mesh, Problem, problemOf } from './api';
import { el } from './dom';
import { icon } from './icons';
import { complain } from './notices';

const formats = '.blend,.stl,.obj,.ply,.glb,.gltf,.fbx';

/** The last card: a file dropped on it, or chosen, goes to one's own catalogue. */
export function uploadCard(uploaded: (mesh: Mesh) => void): HTMLLIElement {
  const input = el('input', { type: 'file', class: 'visually-hidden', accept: formats, 'data-testid': 'upload-input' });
  const title = el('strong', {}, 'Upload a mesh');
  const text = el('small', {}, 'Drop a file here, or choose one: .blend .stl .obj .ply .glb .fbx');
  const progress = el('progress', { max: 100, hidden: true, 'aria-label': 'Upload' });
  const label = el('label', { class: 'upload', 'data-testid': 'upload-card' }, input, icon('upload'), title, text, progress);

  const send = async (file: File): Promise<void> => {
    title.textContent = `Uploading ${file.name}`;
    progress.hidden = false;
    input.disabled = true;
    try {
      uploaded(await post(file, (share) => (progress.value = share * 100)));
    } catch (error) {
      complain(error);
    } finally {
      title.textContent = 'Upload a mesh';
      progress.hidden = true;
      input.disabled = false;
      input.value = '';
    }
  };

  input.addEventListener('change', () => input.files?.[0] && void send(input.files[0]));
  for (const type of ['dragenter', 'dragover']) {
    label.addEventListener(type, (event) => {
      event.preventDefault();
      label.classList.add('over');
    });
  }
  for (const type of ['dragleave', 'drop']) label.addEventListener(type, () => label.classList.remove('over'));
  label.addEventListener('drop', (event) => {
    event.preventDefault();
    const file = (event as DragEvent).dataTransfer?.files[0];
    if (file && !input.disabled) void send(file);
  });
  return el('li', {}, label);
}

/** fetch does not tell how much of an upload is through; XMLHttpRequest does. */
function post(file: File, onShare: (share: number) => void): Promise<Mesh> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('file', file);
    const request = new XMLHttpRequest();
    request.open('POST', '/api/meshes');
    request.upload.addEventListener('progress', (event) => event.lengthComputable && onShare(event.loaded / event.total));
    request.addEventListener('load', () =>
      request.status === 201
        ? resolve(JSON.parse(request.responseText) as Mesh)
        : reject(problemOf(request.status, request.responseText, request.getResponseHeader('Retry-After'))));
    request.addEventListener('error', () =>
      reject(new Problem(0, 'The upload broke off', 'The file may be too large for the way to the portal, or the line dropped. Try again.')));
    request.send(form);
  });
}

import { api } from './api';
import { expected } from './sizes';
import { keepLaunch } from './traces';

/** Launches a mesh and moves to the page of its desktop. */
export async function launch(mesh: string): Promise<void> {
  const clickedAt = Date.now();
  const { value: desktop, traceParent } = await api.launch(mesh, expected());
  keepLaunch(desktop.id, traceParent, clickedAt);
  location.assign(`/desktops/${desktop.id}`);
}

import { byId } from './dom';

/** Brings up the keyboard of a phone or tablet: it comes with a field that has the focus. */
export function attachSoftKeyboard(): HTMLTextAreaElement {
  const input = byId<HTMLTextAreaElement>('soft-input');
  byId('keyboard').addEventListener('click', () => input.focus());
  input.addEventListener('input', () => (input.value = ''));
  return input;
}

import { byId } from './dom';

export interface Question {
  title: string;
  text: string;
  yes: string;
  other?: string;
  testId?: string;
}

/** Asks before something that cannot be undone. */
export function confirm(question: Question): Promise<'yes' | 'other' | 'no'> {
  const dialog = byId<HTMLDialogElement>('confirm');
  const [yes, other] = [byId('confirm-yes'), byId('confirm-other')];
  byId('confirm-title').textContent = question.title;
  byId('confirm-text').textContent = question.text;
  yes.textContent = question.yes;
  yes.dataset.testid = question.testId ?? 'confirm-yes';
  other.textContent = question.other ?? '';
  other.hidden = !question.other;
  other.dataset.testid = 'confirm-other';
  dialog.returnValue = 'no';
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes' || dialog.returnValue === 'other' ? dialog.returnValue : 'no'), { once: true });
  });
}

/** The question before a desktop is stopped; the answer is whether to discard, or null not to stop. */
export async function confirmStop(meshName: string): Promise<{ discard: boolean } | null> {
  const answer = await confirm({
    title: `Stop “${meshName}”?`,
    text: 'Blender saves the file first, and then the desktop goes. Your work stays under “My saved work”, to resume or to download.',
    yes: 'Save and stop',
    other: 'Stop without saving',
    testId: 'confirm-stop',
  });
  return answer === 'no' ? null : { discard: answer === 'other' };
}

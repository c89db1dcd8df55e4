/** Takes files that are dropped anywhere on the page, which the browser would show in its place. */
export function onFilesDropped(dropped: (files: File[]) => void, over: (isOver: boolean) => void = () => undefined): void {
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    over(true);
  });
  document.addEventListener('dragleave', (event) => event.relatedTarget === null && over(false));
  document.addEventListener('drop', (event) => {
    over(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    dropped(files);
  });
}

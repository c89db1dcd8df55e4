import { type Client, type Event as GuacamoleEvent, Mouse } from '@glokon/guacamole-common-js';

/** Mouse with three buttons and wheel, touch, and the desktop's own cursor drawn by the browser, so that it never lags. */
export function attachPointer(client: Client, stage: HTMLElement): void {
  const display = client.getDisplay();
  const element = display.getElement();
  const mouse = new Mouse(element);
  const touch = new Mouse.Touchscreen(element);

  display.oncursor = (canvas, x, y) => display.showCursor(!mouse.setCursor(canvas, x, y));
  const send = (event: GuacamoleEvent): void => client.sendMouseState((event as Mouse.Event).state, true);

  mouse.onEach(['mousedown', 'mousemove', 'mouseup'], (event) => {
    if (event.type === 'mousedown') stage.focus({ preventScroll: true });
    send(event);
  });
  mouse.on('mouseout', () => display.showCursor(false));
  touch.onEach(['mousedown', 'mousemove', 'mouseup'], (event) => {
    display.showCursor(true);
    send(event);
  });

  // The middle button would scroll the page, and a drag would select or drag the picture.
  element.addEventListener('mousedown', (event) => event.preventDefault());
  element.addEventListener('dragstart', (event) => event.preventDefault());
  element.addEventListener('auxclick', (event) => event.preventDefault());
}

import { type Client, StringReader, StringWriter } from '@glokon/guacamole-common-js';
import { byId } from './dom';
import { announce, notice } from './notices';

/** Text both ways: on its own where the browser allows it, and through a panel where it does not. */
export class Clipboard {
  private client: Client | null = null;
  private remote = '';
  private readonly button = byId<HTMLButtonElement>('clipboard');
  private readonly panel = byId('clipboard-panel');
  private readonly text = byId<HTMLTextAreaElement>('clipboard-text');

  constructor(stage: HTMLElement, sent: () => void) {
    this.button.addEventListener('click', () => this.toggle());
    this.panel.addEventListener('keydown', (event) => event.key === 'Escape' && this.toggle(false));
    byId('clipboard-send').addEventListener('click', () => {
      this.send(this.text.value);
      this.toggle(false);
      stage.focus();
      announce('Sent to Blender. Press Control and V there.');
    });
    byId('clipboard-copy').addEventListener('click', () => void this.copyByHand());

    // A paste over the picture needs no permission: the event carries the text. It goes to what is selected on the page, if anything is.
    document.addEventListener('paste', (event) => {
      if (document.activeElement !== stage) return;
      const text = event.clipboardData?.getData('text/plain');
      if (text) this.send(text);
      event.preventDefault();
      sent();
    });
    stage.addEventListener('focus', () => void this.sendLocal());
    addEventListener('focus', () => document.activeElement === stage && void this.sendLocal());
  }

  attach(client: Client): void {
    this.client = client;
    client.onclipboard = (stream, mimetype) => {
      if (!/^text\//.test(mimetype)) return;
      let text = '';
      const reader = new StringReader(stream);
      reader.ontext = (part) => (text += part);
      reader.onend = () => void this.received(text);
    };
  }

  private send(text: string): void {
    if (!this.client || !text) return;
    this.remote = text;
    this.text.value = text;
    const writer = new StringWriter(this.client.createClipboardStream('text/plain'));
    writer.sendText(text);
    writer.sendEnd();
  }

  /** Only where the permission was given before: nobody likes to be asked for a click on a picture. */
  private async sendLocal(): Promise<void> {
    try {
      const permission = await navigator.permissions.query({ name: 'clipboard-read' as PermissionName });
      if (permission.state !== 'granted') return;
      const text = await navigator.clipboard.readText();
      if (text !== this.remote) this.send(text);
    } catch {
      // Not every browser knows this permission; Ctrl+V and the panel work without it.
    }
  }

  private async received(text: string): Promise<void> {
    if (text === this.remote) return;
    this.remote = text;
    this.text.value = text;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      this.button.classList.add('fresh');
    }
  }

  private async copyByHand(): Promise<void> {
    this.text.select();
    try {
      await navigator.clipboard.writeText(this.text.value);
    } catch {
      notice('The browser does not let this page copy', 'The text is selected: press Ctrl+C.', 'warn');
      return;
    }
    this.toggle(false);
    announce('Copied to this computer.');
  }

  private toggle(open = this.panel.hidden): void {
    this.panel.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
    this.button.classList.remove('fresh');
    if (open) this.text.focus();
    else this.button.focus();
  }
}

import { type Client, Keyboard } from '@glokon/guacamole-common-js';
import { byId } from './dom';

const F5 = 0xffc2;
const F11 = 0xffc8;
const v = 0x76;
const V = 0x56;
const pasteWait = 80;

export interface KeyEvents {
  /** The person asks for the keyboard back. */
  release(): void;
}

/** Sends keys to Blender while the picture has the focus, and never leaves one pressed there. */
export class Keys {
  private readonly keyboard: Keyboard;
  private client: Client | null = null;
  /** What is down in Blender, by the key that it was pressed with: a V may have gone as a v. */
  private readonly held = new Map<number, number>();
  private pendingPaste = 0;
  private pasteKey = v;

  constructor(stage: HTMLElement, soft: HTMLTextAreaElement, events: KeyEvents) {
    this.keyboard = new Keyboard(stage);
    this.keyboard.listenTo(soft);
    this.keyboard.onkeydown = (keysym) => {
      const { ctrl, alt, shift, meta } = this.keyboard.modifiers;
      if (ctrl && alt && shift) {
        this.release();
        events.release();
        return false;
      }
      if (keysym === F5 || keysym === F11) return true;
      if ((ctrl || meta) && !alt && (keysym === v || keysym === V)) {
        // The browser's paste event comes right after, with the text that Blender should have by then.
        this.pasteKey = keysym;
        this.pendingPaste = window.setTimeout(() => this.finishPaste(), pasteWait);
        return true;
      }
      this.press(keysym, keysym);
      return false;
    };
    this.keyboard.onkeyup = (keysym) => {
      if (keysym === v || keysym === V) this.finishPaste();
      this.lift(keysym);
    };
    // As in Blender itself, keys go where the mouse is: not to the button that was pressed last.
    stage.addEventListener('mousemove', (event) => (event.movementX || event.movementY) && this.take(stage), { capture: true });
    for (const element of [stage, soft]) element.addEventListener('blur', () => this.release());
    addEventListener('blur', () => this.release());
    document.addEventListener('visibilitychange', () => document.hidden && this.release());
  }

  /** What is down stays with the line before, on which it was pressed. */
  attach(client: Client): void {
    this.release();
    this.client = client;
  }

  private take(stage: HTMLElement): void {
    const at = document.activeElement;
    if (at !== stage && (!at || at === document.body || byId('toolbar').contains(at))) stage.focus({ preventScroll: true });
  }

  /** Lets go of every key, here and in Blender. */
  release(): void {
    clearTimeout(this.pendingPaste);
    this.pendingPaste = 0;
    this.keyboard.reset();
    for (const keysym of [...this.held.keys()]) this.lift(keysym);
  }

  /** The V of Ctrl+V goes out once the clipboard has. */
  finishPaste(): void {
    if (!this.pendingPaste) return;
    clearTimeout(this.pendingPaste);
    this.pendingPaste = 0;
    this.press(this.pasteKey, v);
  }

  private press(keysym: number, sent: number): void {
    // The same again while it is down is the key's own repetition.
    this.held.set(keysym, sent);
    this.client?.sendKeyEvent(1, sent);
  }

  private lift(keysym: number): void {
    const sent = this.held.get(keysym);
    if (sent === undefined) return;
    this.held.delete(keysym);
    this.client?.sendKeyEvent(0, sent);
  }
}

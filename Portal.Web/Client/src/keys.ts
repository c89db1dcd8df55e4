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
  private readonly held = new Set<number>();
  private pendingPaste = 0;

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
        this.pendingPaste = window.setTimeout(() => this.finishPaste(), pasteWait);
        return true;
      }
      this.press(keysym);
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

  attach(client: Client): void {
    this.held.clear();
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
    for (const keysym of [...this.held]) this.lift(keysym);
  }

  /** The V of Ctrl+V goes out once the clipboard has. */
  finishPaste(): void {
    if (!this.pendingPaste) return;
    clearTimeout(this.pendingPaste);
    this.pendingPaste = 0;
    this.press(v);
  }

  private press(keysym: number): void {
    this.held.add(keysym);
    this.client?.sendKeyEvent(1, keysym);
  }

  private lift(keysym: number): void {
    this.held.delete(keysym);
    this.client?.sendKeyEvent(0, keysym);
  }
}

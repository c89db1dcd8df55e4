import { SessionRecording } from '@glokon/guacamole-common-js';
import { byId, setText } from './dom';
import * as format from './format';
import { icon } from './icons';

const step = 5_000;

/** Plays a recording, with what people expect of a player: play, pause, any place in it, and the keys for that. */
export class Player {
  private readonly recording: SessionRecording;
  private readonly screen = byId('screen');
  private readonly button = byId<HTMLButtonElement>('play');
  private readonly place = byId<HTMLInputElement>('place');
  private seeking = false;

  constructor(file: Blob) {
    this.recording = new SessionRecording(file, 100);
    const display = this.recording.getDisplay();
    this.screen.replaceChildren(display.getElement());
    display.onresize = () => this.fit();
    new ResizeObserver(() => this.fit()).observe(this.screen);

    this.recording.onprogress = () => this.show();
    this.recording.onload = () => this.loaded();
    this.recording.onerror = (message) => setText(byId('message'), `This recording cannot be played: ${message}`);
    this.recording.onplay = this.recording.onpause = () => this.show();
    this.recording.onseek = () => this.show();
    this.button.addEventListener('click', () => this.toggle());
    this.place.addEventListener('input', () => this.seek(Number(this.place.value)));
    addEventListener('keydown', (event) => this.key(event));
  }

  private loaded(): void {
    byId('message').hidden = true;
    byId('controls').hidden = false;
    this.show();
    this.recording.seek(0, () => this.recording.play());
    this.button.focus();
  }

  private toggle(): void {
    if (this.recording.isPlaying()) this.recording.pause();
    else if (this.recording.getPosition() >= this.recording.getDuration()) this.recording.seek(0, () => this.recording.play());
    else this.recording.play();
    this.show();
  }

  private seek(to: number): void {
    const playing = this.recording.isPlaying();
    this.seeking = true;
    this.recording.seek(Math.min(Math.max(0, to), this.recording.getDuration()), () => {
      this.seeking = false;
      if (playing) this.recording.play();
      this.show();
    });
  }

  private key(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'ArrowLeft') this.seek(this.recording.getPosition() - step);
    else if (event.key === 'ArrowRight') this.seek(this.recording.getPosition() + step);
    else if (event.key === ' ' && !(event.target instanceof HTMLButtonElement)) this.toggle();
    else return;
    event.preventDefault();
  }

  private show(): void {
    const [position, duration] = [this.recording.getPosition(), this.recording.getDuration()];
    const playing = this.recording.isPlaying();
    this.place.max = String(duration);
    if (!this.seeking) this.place.value = String(position);
    const words = `${format.length(position / 1000)} of ${format.length(duration / 1000)}`;
    this.place.setAttribute('aria-valuetext', words);
    setText(byId('time'), words);
    if (this.button.dataset.playing === String(playing)) return;
    this.button.dataset.playing = String(playing);
    this.button.setAttribute('aria-label', playing ? 'Pause' : 'Play');
    this.button.replaceChildren(icon(playing ? 'pause' : 'play'));
  }

  private fit(): void {
    const display = this.recording.getDisplay();
    if (display.getWidth() === 0 || display.getHeight() === 0) return;
    display.scale(Math.min(this.screen.clientWidth / display.getWidth(), this.screen.clientHeight / display.getHeight(), 1));
  }
}

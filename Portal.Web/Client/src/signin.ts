import { api, Problem } from './api';
import { byId } from './dom';

const error = byId('signin-error');

async function attempt(button: HTMLButtonElement, signIn: () => Promise<unknown>): Promise<void> {
  error.textContent = '';
  button.disabled = true;
  try {
    await signIn();
    enter();
  } catch (reason) {
    button.disabled = false;
    error.textContent = reason instanceof Problem ? `${reason.title}. ${reason.detail}` : 'Something went wrong in this page. Reload it and try again.';
  }
}

/** Goes where one wanted to go, within this site only. */
function enter(): void {
  const wanted = new URLSearchParams(location.search).get('return') ?? '/';
  const target = new URL(wanted, location.origin);
  // With the origin: a path that begins with two slashes would by itself be another site's address.
  location.replace(target.origin === location.origin ? target.origin + target.pathname : '/');
}

byId('guest-button').addEventListener('click', () => void attempt(byId<HTMLButtonElement>('guest-button'), api.signInAsGuest));

byId<HTMLFormElement>('account').addEventListener('submit', (event) => {
  event.preventDefault();
  const [username, password] = [byId<HTMLInputElement>('username'), byId<HTMLInputElement>('password')];
  const missing = [username, password].find((input) => !input.value);
  if (missing) {
    error.textContent = missing === username ? 'Enter your user name.' : 'Enter your password.';
    missing.focus();
    return;
  }
  void attempt(byId<HTMLButtonElement>('account-button'), () => api.signIn(username.value, password.value)).then(() => {
    if (error.textContent) password.select();
  });
});

// A link from another site arrives without the strict cookie: whoever is signed in after all goes on at once.
api.methods().then(({ guests, signedIn }) => {
  byId('guest').hidden = !guests;
  if (signedIn) enter();
}, () => undefined);

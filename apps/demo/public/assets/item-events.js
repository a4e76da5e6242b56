import { send } from './request.js';

/** Connects to the event stream, and writes down what comes. */
export function setUpEvents(card) {
  let source;
  let created = 0;
  const connectButton = card.form.querySelector('button');
  // What is added is read out, as with the lines of a chat.
  card.body.setAttribute('role', 'log');

  card.onTry(async () => {
    if (source !== undefined) return;
    const head = await send({ ...card.request, method: 'HEAD' });
    const showConnected = () => card.showHead(head, 'connected');
    card.showHead(head, 'connecting');
    card.body.textContent = '';

    source = new EventSource(card.request.path);
    disconnectButton.disabled = false;
    source.addEventListener('open', showConnected);
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) {
        // The service answered, and not with events.
        disconnect();
        card.showStatus('failure', 'Refused', ': try again later');
      } else card.showStatus('failure', 'Connection lost', ', the browser connects again');
    });
    for (const kind of ['created', 'deleted']) {
      source.addEventListener(kind, ({ data }) => {
        // As on the wire.
        card.body.append(`event: ${kind}\ndata: ${data}\n\n`);
        card.body.scrollTop = card.body.scrollHeight;
      });
    }
  });

  const disconnectButton = card.onButton('disconnect', () => disconnect());

  function disconnect() {
    source.close();
    source = undefined;
    card.showStatus('success', 'Disconnected');
    // A button that is disabled cannot keep the focus.
    connectButton.focus();
    disconnectButton.disabled = true;
  }

  card.onButton('change', async () => {
    created += 1;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ name: `Event ${created}`, price: created });
    await send({ method: 'POST', path: '/api/items', headers, body });
  });
}

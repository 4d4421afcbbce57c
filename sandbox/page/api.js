// The World API, and its live events.

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || `HTTP ${response.status}`);
  return body;
}

export const get = (path) => fetch(`/world/${path}`).then(answer);

export const post = (path, body = {}) =>
  fetch(`/world/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).then(answer);

export const remove = (path) => fetch(`/world/${path}`, { method: "DELETE" }).then(answer);

export function upload(path, file) {
  const form = new FormData();
  form.append("file", file);
  return fetch(`/world/${path}`, { method: "POST", body: form }).then(answer);
}

/** Path of one person's chat in one app. */
export const chat = (channel, person, rest = "") => `chats/${channel}/${encodeURIComponent(person)}${rest}`;

/** Calls `onOpen` at every (re)connection, `onEvent` with every event, `onLost` when the link breaks. */
export function listen({ onOpen, onEvent, onLost }) {
  const source = new EventSource("/world/events");
  source.onopen = onOpen;
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  source.onerror = () => {
    onLost();
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen({ onOpen, onEvent, onLost }), 1000);
  };
}

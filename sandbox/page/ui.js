// Small pieces every part of the page uses.

export const $ = (id) => document.getElementById(id);

/** An element with properties, `dataset`-like attributes (`aria-…`, `data-…`) and children. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.includes("-") || key === "role") node.setAttribute(key, value);
    else node[key] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function toast(text) {
  const node = el("div", { className: "toast", textContent: text });
  $("toasts").append(node);
  setTimeout(() => node.classList.add("gone"), 2800);
  setTimeout(() => node.remove(), 3200);
}

/** Run an action of the person and show its errors. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    toast(error instanceof TypeError ? "Mất kết nối với phòng thử. Bạn thử lại nhé." : `Chưa làm được: ${error.message}`);
    return null;
  }
}

export function popup(text) {
  $("alert-text").textContent = text;
  $("alert").showModal();
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { value: text, className: "visually-hidden" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(`Đã sao chép: ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`);
}

export function enlarge(url, name) {
  $("lightbox-img").src = url;
  $("lightbox-img").alt = name;
  $("lightbox").showModal();
}

/** A menu above or below its button. Each item is {label, detail?, run}. */
export function menu(button, items) {
  const box = $("popover");
  if (box.close) return box.close(true); // A second tap on the button closes its menu.
  const close = (focus) => {
    box.hidden = true;
    box.close = null;
    box.replaceChildren();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (focus) button.focus();
  };
  const outside = (event) => {
    if (!box.contains(event.target) && !button.contains(event.target)) close(false);
  };
  box.replaceChildren(
    ...items.map(({ label, detail, run }) => {
      const item = el("button", { type: "button", role: "menuitem" }, el("span", { textContent: label }), detail && el("small", { textContent: detail }));
      item.onclick = () => {
        close(true);
        run();
      };
      return item;
    }),
  );
  box.onkeydown = (event) => {
    const all = [...box.children];
    const at = all.indexOf(document.activeElement);
    if (event.key === "Escape") close(true);
    else if (event.key === "ArrowDown") all[(at + 1) % all.length].focus();
    else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length].focus();
    else return;
    event.preventDefault();
  };
  box.hidden = false;
  box.close = close;
  button.setAttribute("aria-expanded", "true");
  const at = button.getBoundingClientRect();
  const room = button.closest("main").getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, room.right - box.offsetWidth - 8));
  const above = at.top > innerHeight / 2;
  box.style.left = `${left}px`;
  box.style.top = above ? `${at.top - box.offsetHeight - 8}px` : `${at.bottom + 8}px`;
  box.firstElementChild?.focus();
  document.addEventListener("pointerdown", outside, true);
}

export function badge(name, count) {
  for (const node of document.querySelectorAll(`[data-badge="${name}"]`)) {
    node.hidden = count === 0;
    node.textContent = count > 99 ? "99+" : count;
    node.setAttribute("aria-label", `${count} chưa đọc`);
  }
}

export const initials = (name) => {
  const words = name.trim().split(/\s+/);
  return (words.length > 1 ? words.at(-2)[0] + words.at(-1)[0] : words[0].slice(0, 2)).toUpperCase();
};

/** One of seven hues, always the same for a key. */
export const hue = (key) => [...String(key)].reduce((sum, ch) => (sum * 31 + ch.codePointAt(0)) % 997, 7) % 7;

// The bot's people live in Vietnam, wherever this browser is.
export const zone = { timeZone: "Asia/Ho_Chi_Minh" };
const time = new Intl.DateTimeFormat("vi", { ...zone, hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("vi", { ...zone, day: "2-digit", month: "2-digit", year: "numeric" });

// The world's time, which may be ahead of this machine's.
let ahead = 0;
export const worldTime = () => Date.now() + ahead;
export function setWorldTime(iso) {
  ahead = Date.parse(iso) - Date.now();
  if (Math.abs(ahead) < 5000) ahead = 0;
}

export const clock = (iso) => time.format(new Date(iso));

export function dayName(iso) {
  const then = day.format(new Date(iso));
  if (then === day.format(worldTime())) return "Hôm nay";
  if (then === day.format(worldTime() - 864e5)) return "Hôm qua";
  return then;
}

export const moment = (iso) => (dayName(iso) === "Hôm nay" ? clock(iso) : `${dayName(iso)} ${clock(iso)}`);

export const vnd = (amount) => `${amount.toLocaleString("vi")} ₫`;

/** An input with its label. */
export const field = (name, input) => el("label", {}, name, input);

/** A function that runs `act` once, a little later, however often it is called. */
export function soon(act) {
  let timer = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      act();
    }, 150);
  };
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1).replace(".", ",")} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} MB`;
}

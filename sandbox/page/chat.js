// The chat of one person in one app: what they see and do.

import { chat, get, post, upload } from "./api.js";
import { CHANNELS } from "./channels.js";
import { bubble, summary } from "./message.js";
import { $, attempt, copy, dayName, el, menu, popup, toast } from "./ui.js";

const TYPING = 5000; // Milliseconds a typing sign lasts.
const state = { person: null, channel: "telegram", messages: new Map(), info: {}, below: 0, bot: {}, typing: 0, shown: 0, replyTo: null, ready: true };
const log = $("log");
const text = $("text");
const here = (rest = "") => chat(state.channel, state.person.id, rest);
const draft = () => `draft ${state.channel} ${state.person.id}`;

// Showing

/** Show another chat. */
export async function open(person, channel) {
  state.person = person;
  state.channel = channel;
  state.messages.clear();
  log.replaceChildren(); // Both apps count their messages from 1.
  text.value = sessionStorage.getItem(draft()) ?? "";
  replyTo(null);
  fit();
  stopTyping();
  await reload();
  toEnd();
}

/** Load everything again, as after a lost connection. */
export async function reload() {
  if (!state.person) return;
  const turn = ++state.shown;
  const [rows, info, bot] = await Promise.all([get(here("/messages")), get(here()), get(`${state.channel}/bot`)]);
  if (turn !== state.shown) return; // Another chat was chosen meanwhile.
  state.messages = new Map(rows.map((message) => [message.id, message]));
  state.bot = bot;
  $("bot-name").textContent = bot.name;
  const stay = !atEnd();
  log.replaceChildren();
  for (const message of rows) place(message);
  showInfo(info);
  if (!stay) toEnd();
}

async function reloadInfo() {
  const path = here();
  const info = await get(path);
  if (path === here()) showInfo(info);
}

function showInfo(info) {
  state.info = info;
  const rows = info.blocked ? [] : info.keyboard;
  const ready = info.started || !CHANNELS[state.channel].starts;
  $("start").hidden = ready || info.blocked;
  $("unblock").hidden = !info.blocked;
  $("composer").hidden = info.blocked || !ready;
  fit();
  $("commands").hidden = info.commands.length === 0;
  text.placeholder = info.placeholder || "Tin nhắn";
  const end = atEnd();
  $("reply-keyboard").hidden = rows.length === 0;
  $("reply-keyboard").replaceChildren(
    ...rows.map((row) =>
      el(
        "div",
        { className: "row" },
        ...row.map((button) => {
          const node = el("button", { type: "button", textContent: button.text });
          node.onclick = () => attempt(() => post(here("/tap"), { button: button.text }));
          return node;
        }),
      ),
    ),
  );
  showEmpty();
  if (end) toEnd();
}

function showEmpty() {
  log.querySelector(".empty")?.remove();
  if (state.messages.size) return;
  const { title, empty } = CHANNELS[state.channel];
  const what = el("p", { textContent: state.bot.description || empty });
  log.append(el("div", { className: "empty" }, el("b", { textContent: title }), what));
}

/** Put a message in its place, or change it where it stands. */
function place(message) {
  const node = bubble(message, RUN[state.channel], state.messages.get(message.reply_to));
  const old = $(`message-${message.id}`);
  if (old) {
    const end = atEnd();
    node.classList.toggle("follows", old.classList.contains("follows"));
    old.replaceWith(node);
    if (end) toEnd();
    return;
  }
  const date = dayName(message.date);
  if (log.dataset.day !== date || !log.querySelector(".day")) log.append(el("div", { className: "day", textContent: date }));
  log.dataset.day = date;
  const before = log.lastElementChild;
  const side = message.from === "person" ? "mine" : "theirs";
  node.classList.toggle("follows", before.classList.contains(side));
  log.append(node);
}

/** What an event of this chat changes. */
export function onEvent(event) {
  if (event.type === "typing") return startTyping();
  if (event.type === "chat") return void attempt(reloadInfo);
  if (event.type === "deleted") {
    state.messages.delete(event.id);
    $(`message-${event.id}`)?.remove();
    return void attempt(reloadInfo);
  }
  if (event.type !== "message" && event.type !== "edited") return;
  const end = atEnd();
  const fresh = event.type === "message";
  if (!fresh && !state.messages.has(event.message.id)) return;
  state.messages.set(event.message.id, event.message);
  log.querySelector(".empty")?.remove();
  place(event.message);
  if (event.message.from === "bot") stopTyping();
  if (!fresh) return;
  $(`message-${event.message.id}`).classList.add("new");
  if (end || event.message.from === "person") toEnd();
  else showBelow(state.below + 1);
  attempt(reloadInfo);
}

function startTyping() {
  $("bot-status").textContent = "đang soạn tin…";
  $("bot-status").classList.add("typing");
  clearTimeout(state.typing);
  state.typing = setTimeout(stopTyping, TYPING);
}

function stopTyping() {
  clearTimeout(state.typing);
  $("bot-status").textContent = "bot";
  $("bot-status").classList.remove("typing");
}

/** Whether the bot answers yet; its name and description are known then. */
export function setReady(ready) {
  if (ready !== state.ready && ready) attempt(reload);
  state.ready = ready;
}

// Scrolling

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

function toEnd() {
  log.scrollTop = log.scrollHeight;
  showBelow(0);
}

function showBelow(count) {
  state.below = count;
  $("to-end").hidden = atEnd();
  $("to-end-count").hidden = count === 0;
  $("to-end-count").textContent = count;
}

log.addEventListener("scroll", () => showBelow(atEnd() ? 0 : state.below), { passive: true });
log.addEventListener("load", (event) => event.target.tagName === "IMG" && state.below === 0 && $("to-end").hidden && toEnd(), true);
$("to-end").onclick = toEnd;

// Doing

const say = (what, to) => attempt(() => post(here("/text"), to ? { text: what, reply_to: to } : { text: what }));

/** Answer this message with what is typed next; null: no message. */
function replyTo(message) {
  state.replyTo = message?.id ?? null;
  $("replying").hidden = !message;
  $("replying-to").textContent = message ? summary(message) : "";
  if (message) text.focus();
}

const telegram = {
  command: (what) => say(what),
  reply: replyTo,

  /** A link to the bot itself is followed here; true if it was one. */
  open(url) {
    const found = /^(?:https?:\/\/(?:t|telegram)\.me\/|tg:\/\/resolve\?domain=)(\w+)(?:[?&]start=([\w-]*))?/.exec(url);
    if (!found || found[1].toLowerCase() !== state.bot.username.toLowerCase()) return false;
    say(found[2] ? `/start ${found[2]}` : "/start");
    return true;
  },

  async button(message, button, node) {
    if (button.copy) return copy(button.copy);
    if (button.url) return telegram.open(button.url) || window.open(button.url, "_blank", "noopener,noreferrer");
    const body = { message: message.id, data: button.data };
    node.classList.add("waiting");
    const answer = await attempt(() => post(here("/tap?wait=1"), body));
    node.classList.remove("waiting");
    if (answer?.alert) (answer.show_alert ? popup : toast)(answer.alert);
  },
};

// Zalo has no commands, and no part of a text can be tapped to copy it. Only its Official Accounts have buttons.
const zalo = {
  open: () => false,
  copy: (message) => copy(message.text),
  button(message, button) {
    if (button.url) return window.open(button.url, "_blank", "noopener,noreferrer");
    return attempt(() => post(here("/tap"), { message: message.id, button: button.text }));
  },
};

const RUN = { telegram, zalo };

const send = (path, file) => file && attempt(() => upload(here(path), file));

$("composer").onsubmit = async (event) => {
  event.preventDefault();
  const what = text.value.trim();
  if (!what) return;
  const to = state.replyTo;
  text.value = "";
  replyTo(null);
  fit();
  if ((await say(what, to)) === null) text.value ||= what;
  fit();
};
text.onkeydown = (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
};
text.oninput = fit;

function fit() {
  text.style.height = "auto";
  if (text.scrollHeight) text.style.height = `${Math.min(text.scrollHeight, 160)}px`; // A hidden field has none.
  $("composer").classList.toggle("has-text", text.value.trim() !== "");
  if (state.person) sessionStorage.setItem(draft(), text.value);
}

$("not-replying").onclick = () => replyTo(null);
$("start").onclick = () => say("/start");
$("unblock").onclick = () => attempt(() => post(here("/block"), { blocked: false }));
for (const [id, path] of [["file", "/file"], ["photo", "/photo"]]) {
  $(id).onchange = async () => {
    await send(path, $(id).files[0]);
    $(id).value = "";
  };
}
log.ondragover = (event) => event.preventDefault();
log.ondrop = (event) => {
  event.preventDefault();
  send("/file", event.dataTransfer.files[0]);
};

const shareContact = () => attempt(() => post(here("/contact")));

const pick = (id) => () => $(id).click();
const act = (path) => () => attempt(() => post(here(path)));
const ATTACH = {
  telegram: [
    { label: "Gửi tệp", run: pick("file") },
    { label: "Gửi ảnh", run: pick("photo") },
    { label: "Chia sẻ số điện thoại", run: shareContact },
  ],
  zalo: [
    { label: "Gửi ảnh", run: pick("photo") },
    { label: "Gửi nhãn dán", run: act("/sticker") },
    { label: "Gửi tin thoại", run: act("/voice") },
    { label: "Gửi tệp", detail: "Zalo không chuyển tệp cho bot", run: pick("file") },
  ],
};

$("attach").onclick = () => menu($("attach"), ATTACH[state.channel]);
$("commands").onclick = () =>
  menu(
    $("commands"),
    state.info.commands.map(({ command, description }) => ({ label: `/${command}`, detail: description, run: () => say(`/${command}`) })),
  );
$("chat-menu").onclick = () =>
  menu($("chat-menu"), [
    ...(state.channel === "telegram" ? [{ label: "Chia sẻ số điện thoại", run: shareContact }] : []),
    {
      label: state.info.blocked ? "Bỏ chặn bot" : "Chặn bot",
      run: () => attempt(() => post(here("/block"), { blocked: !state.info.blocked })),
    },
    { label: "Gửi lại thao tác vừa rồi", detail: "Thử khi mạng chập chờn", run: () => attempt(() => post(here("/redeliver"))) },
  ]);

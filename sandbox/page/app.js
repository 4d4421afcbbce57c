// The page as a whole: people, tabs, unread counts, live events.

import { chat, get, listen, post } from "./api.js";
import * as bank from "./bank.js";
import { CHANNELS, first, NAMES, remember, showSwitch } from "./channels.js";
import * as chats from "./chat.js";
import * as clock from "./clock.js";
import * as einvoice from "./einvoice.js";
import * as mail from "./mail.js";
import * as registry from "./registry.js";
import * as sms from "./sms.js";
import { $, attempt, badge, el, hue, initials, soon } from "./ui.js";
import * as vendor from "./vendor.js";

const ROLES = {
  owner: "Kế toán, chủ đơn vị",
  staff: "Nhân viên kế toán",
  backoffice: "Bộ phận hỗ trợ",
  newcomer: "Người mới",
};
const app = $("app");
const wide = matchMedia("(min-width: 1100px)");
let people = [];
let current = localStorage.getItem("person");
let channel = first;
let worldTab = "mail";
const unread = new Map(); // Counts by the `key` of a chat.
const boxes = { mail, sms };
const stale = new Set(); // Panels with news while nobody looked.
const refresh = { bank: soon(() => attempt(bank.reload)), vendor: soon(() => attempt(vendor.reload)) };
const refreshInvoices = soon(() => attempt(einvoice.reload));

// Tabs: on a phone one of them fills the screen; on a wide screen all but the chat share a column.

function show(view) {
  app.dataset.view = view;
  if (view !== "chat") worldTab = view;
  app.dataset.world = worldTab;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    const chosen = tab.dataset.tab === (tab.role === "tab" ? worldTab : view);
    tab.setAttribute(tab.role === "tab" ? "aria-selected" : "aria-current", chosen);
  }
  look();
}

/** Mark as read what is visible now. */
function look() {
  if (document.hidden) return;
  if (chatSeen() && people.length) {
    unread.set(key(channel, current), 0);
    showPeople();
  }
  if (wide.matches || app.dataset.view === worldTab) {
    if (worldTab in boxes) localStorage.setItem(`seen ${worldTab}`, boxes[worldTab].last());
    if (stale.delete(worldTab)) refresh[worldTab]();
  }
  showBoxes();
}

/** What came since somebody last looked, in any tab of this browser. */
function showBoxes() {
  for (const [name, box] of Object.entries(boxes)) {
    const seen = Number(localStorage.getItem(`seen ${name}`) ?? 0);
    badge(name, box.after(seen > box.last() ? 0 : seen)); // A fresh world counts from 1.
  }
}

const chatSeen = () => !document.hidden && (wide.matches || innerWidth >= 760 || app.dataset.view === "chat");
const worldSeen = (name) => !document.hidden && worldTab === name && (wide.matches || app.dataset.view === name);

for (const tab of document.querySelectorAll("[data-tab]")) tab.onclick = () => show(tab.dataset.tab);
document.addEventListener("visibilitychange", look);
wide.addEventListener("change", look);
addEventListener("storage", showBoxes);

// People

const key = (channel, id) => `${channel} ${id}`;
const news = (channel, id) => unread.get(key(channel, id)) ?? 0;
const lastRead = (channel, id) => Number(localStorage.getItem(`read ${key(channel, id)}`) ?? 0);

async function loadPeople() {
  people = await get("people");
  if (!people.some(({ id }) => id === current)) current = (people.find(({ role }) => role === "newcomer") ?? people[0]).id;
  await Promise.all(
    people.flatMap(({ id }) =>
      NAMES.map(async (name) => {
        const rows = await get(chat(name, id, `/messages?after=${Math.max(0, lastRead(name, id))}`));
        unread.set(key(name, id), rows.filter((message) => message.from === "bot").length);
      }),
    ),
  );
  showPeople();
}

function showPeople() {
  $("people").replaceChildren(...people.map(personButton));
  badge("chat", [...unread.values()].reduce((sum, count) => sum + count, 0));
  showSwitch(channel, Object.fromEntries(NAMES.map((name) => [name, news(name, current)])));
}

function personButton(person) {
  const where = NAMES.filter((name) => news(name, person.id));
  const count = where.reduce((sum, name) => sum + news(name, person.id), 0);
  const told = `${count} tin chưa đọc trên ${where.map((name) => CHANNELS[name].name).join(", ")}`;
  const button = el(
    "button",
    { type: "button", className: "person", "aria-current": person.id === current ? "true" : "false", title: person.name },
    el("span", { className: `avatar hue-${hue(person.id)}`, textContent: initials(person.name), "aria-hidden": "true" }),
    el(
      "span",
      { className: "person-text" },
      el("b", { textContent: person.name }),
      el("small", { textContent: ROLES[person.role] ?? "Người dùng" }),
      el("span", { className: "short", textContent: shortName(person.name) }),
    ),
    where.length ? el("span", { className: "marks", "aria-hidden": "true" }, ...where.map(mark)) : null,
    count ? el("span", { className: "badge", textContent: count, "aria-label": told }) : null,
  );
  button.onclick = () => choose(person.id);
  return el("li", {}, button);
}

/** A sign that this app has news. */
const mark = (name) => el("span", { className: `mark ${name}`, textContent: CHANNELS[name].mark });

/** The name a person is called by: the last two words if they are short, else the last. */
function shortName(name) {
  const words = name.split(" ").slice(-2);
  return words.join(" ").length <= 9 ? words.join(" ") : words.at(-1);
}

async function choose(id) {
  current = id;
  localStorage.setItem("person", id);
  const person = people.find((one) => one.id === id);
  document.title = `${person.name} – Phòng thử`;
  if (app.dataset.view !== "chat" && !wide.matches) show("chat");
  const where = channel; // Somebody may choose another app meanwhile.
  unread.set(key(where, id), 0);
  showPeople();
  await attempt(() => chats.open(person, where));
  const rows = await attempt(() => get(chat(where, id, "/messages")));
  localStorage.setItem(`read ${key(where, id)}`, rows?.at(-1)?.id ?? 0);
}

for (const button of document.querySelectorAll("#switch button"))
  button.onclick = () => {
    channel = button.dataset.channel;
    remember(channel);
    choose(current);
  };

$("add-person").onclick = () => {
  $("person-form").reset();
  $("person-dialog").showModal();
};
$("person-cancel").onclick = () => $("person-dialog").close();
$("person-form").onsubmit = async () => {
  const { name, phone } = Object.fromEntries(new FormData($("person-form")));
  const person = await attempt(() => post("people", { name, phone: phone.trim() || null }));
  if (!person) return;
  await attempt(loadPeople);
  await choose(person.id);
};

// Live

/** Show what is new in a panel, now or when it is looked at. */
function update(name) {
  if (worldSeen(name)) refresh[name]();
  else stale.add(name);
}

/** Write days and hours anew all over the page. */
async function moved(now) {
  clock.set(now);
  await attempt(() => Promise.all([chats.reload(), mail.reload(), sms.reload()]));
}

function onEvent(event) {
  if (event.type === "mail") mail.add(event.mail);
  else if (event.type === "sms") sms.add(event.sms);
  else if (event.type === "clock") moved(event.now);
  else if (event.type in refresh) update(event.type);
  else if (event.type === "registry") attempt(registry.reload);
  else if (event.type === "einvoice") refreshInvoices();
  else if (event.type === "people") attempt(loadPeople);
  else if (event.type === "ready") showReady(true);
  else if (event.type === "bot") attempt(chats.reload);
  else if (event.person === current && event.channel === channel) chats.onEvent(event);
  if (event.type in boxes) worldSeen(event.type) ? look() : showBoxes();
  if (["message", "mail", "sms"].includes(event.type)) update("bank");
  if (event.type === "message") count(event);
}

function count({ channel: where, person, message }) {
  const chosen = key(where, person);
  if (chosen === key(channel, current) && chatSeen()) localStorage.setItem(`read ${chosen}`, message.id);
  else if (message.from === "bot") {
    unread.set(chosen, news(where, person) + 1);
    showPeople();
  }
}

/** Say that the bot is starting until it answers. */
function showReady(ready) {
  chats.setReady(ready);
  $("starting").hidden = ready;
}

function connection(text, lost) {
  $("link").textContent = text;
  $("link").classList.toggle("lost", lost);
}

listen({
  onEvent,
  onLost: () => connection("Đang kết nối lại…", true),
  async onOpen() {
    connection("Trực tuyến", false);
    await attempt(loadPeople);
    await attempt(async () => showReady((await get("ready")).ready));
    await attempt(() => Promise.all([clock.reload(), mail.reload(), sms.reload(), bank.reload(), vendor.reload(), registry.reload(), einvoice.reload()]));
    const person = people.find(({ id }) => id === current);
    look();
    if (app.dataset.ready) await attempt(chats.reload);
    else if (person) await choose(person.id);
    app.dataset.ready = "yes";
  },
});

$("lightbox").onclick = () => $("lightbox").close();
showPeople();
show("chat");

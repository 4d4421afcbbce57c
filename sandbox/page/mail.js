// The customers' mailboxes.

import { get } from "./api.js";
import { $, el, hue, initials, moment } from "./ui.js";

const panel = $("panel-mail");
let mails = [];
let open = null;
let box = "";

export async function reload() {
  mails = await get("mail");
  if (!mails.some((mail) => mail.id === open)) open = null;
  show();
}

export const last = () => mails.at(-1)?.id ?? 0;
export const after = (id) => mails.filter((mail) => mail.id > id).length;

export function add(mail) {
  mails.push(mail);
  if (open === null) show();
}

function show() {
  const mail = mails.find(({ id }) => id === open);
  panel.replaceChildren(...(mail ? letter(mail) : list()));
}

function list() {
  if (!mails.length) return [el("p", { className: "nothing", textContent: "Chưa có thư nào. Thư gửi cho khách hàng sẽ hiện ở đây." })];
  const boxes = [...new Set(mails.map(({ to }) => to))].sort();
  const choice = el(
    "select",
    { "aria-label": "Chọn hộp thư" },
    el("option", { value: "", textContent: `Tất cả hộp thư (${mails.length})` }),
    ...boxes.map((to) => el("option", { value: to, textContent: to, selected: to === box })),
  );
  choice.onchange = () => {
    box = choice.value;
    show();
  };
  const rows = mails.filter(({ to }) => !box || to === box).toReversed();
  return [el("div", { className: "filter" }, choice), el("ul", { className: "rows" }, ...rows.map(row))];
}

function row(mail) {
  const button = el(
    "button",
    { type: "button", className: "row-button" },
    el("span", { className: `avatar hue-${hue(mail.to)}`, textContent: initials(mail.to), "aria-hidden": "true" }),
    el(
      "span",
      { className: "row-text" },
      el("span", { className: "row-top" }, el("b", { textContent: mail.to }), el("time", { textContent: moment(mail.date) })),
      el("span", { className: "row-subject", textContent: mail.subject || "(Không có tiêu đề)" }),
      el("span", { className: "row-more", textContent: preview(mail) }),
    ),
  );
  button.onclick = () => {
    open = mail.id;
    show();
    panel.querySelector("button")?.focus();
  };
  return el("li", {}, button);
}

const preview = (mail) => (mail.attachments.length ? "📎 " : "") + mail.text.replace(/\s+/g, " ").slice(0, 120);

function letter(mail) {
  const back = el("button", { type: "button", className: "back", textContent: "‹ Tất cả thư" });
  back.onclick = () => {
    open = null;
    show();
  };
  const line = (name, value) => el("div", {}, el("dt", { textContent: name }), el("dd", { textContent: value }));
  const head = el(
    "div",
    { className: "letter-head" },
    back,
    el("h2", { textContent: mail.subject || "(Không có tiêu đề)" }),
    el("dl", {}, line("Từ", mail.from), line("Đến", mail.to), line("Lúc", moment(mail.date))),
  );
  if (mail.attachments.length) {
    head.append(
      el(
        "div",
        { className: "attachments" },
        ...mail.attachments.map(({ name, url }) => el("a", { href: url, download: name, textContent: `📎 ${name}` })),
      ),
    );
  }
  if (!mail.html) return [head, el("pre", { className: "letter-text", textContent: mail.text })];
  // No script runs in the frame, and the page's own policy, which it inherits, loads nothing from elsewhere.
  const frame = el("iframe", { className: "letter", title: `Thư: ${mail.subject}`, sandbox: "allow-popups allow-popups-to-escape-sandbox" });
  frame.srcdoc = `<!doctype html><meta charset="utf-8"><base target="_blank"><style>body{font:15px/1.5 system-ui,sans-serif;margin:16px;color:#1c1c1e;background:#fff;overflow-wrap:anywhere}img{max-width:100%}</style>${withPictures(mail)}`;
  return [head, frame];
}

function withPictures(mail) {
  let html = mail.html;
  for (const { cid, url } of mail.inline) html = html.replaceAll(`cid:${cid}`, new URL(url, location.href).href);
  return html;
}

// The phones' text messages, one thread a number.

import { get } from "./api.js";
import { $, el, moment } from "./ui.js";

const panel = $("panel-sms");
let all = [];

export async function reload() {
  all = await get("sms");
  show();
}

export const last = () => all.at(-1)?.id ?? 0;
export const after = (id) => all.filter((sms) => sms.id > id).length;

export function add(sms) {
  all.push(sms);
  show();
}

const national = (phone) => phone.replace(/^\+?84/, "0");
const spaced = (phone) => national(phone).replace(/^(\d{4})(\d{3})(\d+)$/, "$1 $2 $3");

function show() {
  if (!all.length) {
    panel.replaceChildren(el("p", { className: "nothing", textContent: "Chưa có tin nhắn SMS nào. Tin gửi cho khách hàng sẽ hiện ở đây." }));
    return;
  }
  const threads = new Map();
  for (const sms of all.toReversed()) {
    const phone = national(sms.to);
    threads.set(phone, [...(threads.get(phone) ?? []), sms]);
  }
  panel.replaceChildren(...[...threads].map(([phone, rows]) => thread(phone, rows)));
}

function thread(phone, rows) {
  return el(
    "section",
    { className: "thread", "aria-label": `Số ${spaced(phone)}` },
    el("h2", {}, el("span", { textContent: "📱", "aria-hidden": "true" }), el("span", { textContent: spaced(phone) })),
    ...rows.map((sms) =>
      el(
        "article",
        { className: "sms" },
        el("div", { className: "sms-top" }, el("b", { textContent: sms.brand || "SMS" }), el("time", { textContent: sms.cost ? `${sms.cost} ₫ · ${moment(sms.date)}` : moment(sms.date) })),
        el("p", { textContent: sms.text }),
      ),
    ),
  );
}

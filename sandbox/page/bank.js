// The vendor's bank account: what people are asked to pay, transfers to make, transfers made.

import { get, post } from "./api.js";
import { $, attempt, el, field, moment, toast, vnd } from "./ui.js";

const SHOWN = 50; // More would only slow the page; the filter finds the rest.
const PROVIDERS = { sepay: "SePay", payos: "payOS", casso: "Casso", gpmpay: "GPMPay" };
let asked = [];
let made = [];

const filter = el("input", { type: "search", placeholder: "Lọc theo mã, người nhận…", "aria-label": "Lọc hướng dẫn" });
filter.oninput = show;
const cards = el("ul", { className: "cards" });
const transfers = el("ul", { className: "cards" });
const form = el(
  "form",
  { className: "card form", autocomplete: "off" },
  field("Nội dung", el("input", { name: "content", required: true, placeholder: "KTC2DFFF2" })),
  field("Số tiền", el("input", { name: "amount", required: true, inputMode: "numeric", placeholder: "2.950.000" })),
  field(
    "Báo qua",
    el("select", { name: "provider" }, ...Object.entries(PROVIDERS).map(([value, textContent]) => el("option", { value, textContent }))),
  ),
  el("label", { className: "check" }, el("input", { type: "checkbox", name: "outgoing" }), "Tiền ra"),
  el("label", { className: "check" }, el("input", { type: "checkbox", name: "raw" }), "Ngân hàng giữ nguyên nội dung"),
  el("button", { className: "act", type: "submit", textContent: "Chuyển khoản" }),
);
form.onsubmit = (event) => {
  event.preventDefault();
  const { content, amount, provider, outgoing, raw } = Object.fromEntries(new FormData(form));
  pay({ content, amount: Number(amount.replace(/\D/g, "")), provider, outgoing: Boolean(outgoing), raw: Boolean(raw) });
};

$("panel-bank").append(
  el("h2", { textContent: "Hướng dẫn thanh toán đã gửi" }),
  el("div", { className: "filter" }, filter),
  cards,
  el("h2", { textContent: "Chuyển khoản khác" }),
  form,
  el("h2", { textContent: "Giao dịch đã thực hiện" }),
  transfers,
);

export async function reload() {
  [asked, made] = await Promise.all([get("bank/instructions"), get("bank/transfers")]);
  show();
}

async function pay(body) {
  const told = await attempt(() => post("bank/transfers", body));
  if (!told) return;
  const sum = vnd(body.amount);
  toast(told.delivered ? `Ngân hàng đã báo ${sum}.` : `Bot chưa nhận tin báo ${sum}${told.status ? ` (mã ${told.status})` : ""}.`);
}

const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

function show() {
  const wanted = words(filter.value);
  const found = asked.filter((one) => {
    const text = `${one.content} ${one.title} ${one.to.join(" ")}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  const sorted = [...found.filter(({ left }) => left), ...found.filter(({ left }) => !left)];
  cards.replaceChildren(...sorted.slice(0, SHOWN).map(card));
  if (!sorted.length) cards.append(none(asked.length ? "Không có hướng dẫn nào khớp." : "Chưa có ai nhận hướng dẫn thanh toán."));
  if (sorted.length > SHOWN) cards.append(none(`Còn ${sorted.length - SHOWN} hướng dẫn nữa. Gõ vào ô lọc để tìm.`));
  transfers.replaceChildren(...made.toReversed().slice(0, SHOWN).map(movement));
  if (!made.length) transfers.append(none("Chưa có giao dịch nào."));
}

const none = (textContent) => el("li", { className: "none", textContent });

/** What somebody may do by mistake with a card that is paid. */
const AGAIN = new Set(["Trả hai lần", "Sai nội dung"]);

function card(one) {
  const rest = one.left || one.amount;
  const part = Math.max(1, Math.round(rest / 2000) * 1000);
  const ways = {
    "Trả đủ": () => pay({ content: one.content, amount: rest }),
    "Trả một phần": () => pay({ content: one.content, amount: part }),
    async "Trả hai lần"() {
      await pay({ content: one.content, amount: rest });
      await pay({ content: one.content, amount: rest });
    },
    "Sai nội dung": () => pay({ content: mistyped(one.content), amount: rest }),
  };
  const state = !one.left ? "Đã đủ" : one.paid ? `Còn ${vnd(one.left)}` : "Chưa trả";
  return el(
    "li",
    { className: "card", "aria-label": one.content },
    el(
      "div",
      { className: "card-top" },
      el("b", { className: "code", textContent: one.content }),
      el("span", { className: `state ${one.left ? "" : "good"}`, textContent: state }),
      el("b", { textContent: vnd(one.amount) }),
    ),
    el("p", { className: "soft", textContent: one.title.replace(/^\[\w+\] /, "") }),
    el("p", { className: "soft", textContent: `Gửi tới: ${one.to.join(", ")}` }),
    el(
      "div",
      { className: "ways" },
      ...Object.entries(ways).map(([textContent, onclick]) => {
        const disabled = !one.left && !AGAIN.has(textContent);
        return el("button", { type: "button", textContent, disabled, onclick: () => once(onclick) });
      }),
    ),
  );
}

let paying = false;

/** Run `act`, which pays, unless it is running already: a double tap pays once. */
async function once(act) {
  if (paying) return;
  paying = true;
  await act();
  paying = false;
}

/** The code with two neighbouring characters exchanged, a mistyping that the check character reveals. */
function mistyped(code) {
  const at = [...code].findIndex((char, index) => index > 1 && index < code.length - 1 && char !== code[index + 1]);
  return code.slice(0, at) + code[at + 1] + code[at] + code.slice(at + 2);
}

function movement(one) {
  const again = el("button", { type: "button", className: "again", textContent: "Báo lại" });
  again.onclick = () => once(() => pay({ id: one.id, content: one.said, amount: one.amount, provider: one.provider, outgoing: one.outgoing }));
  const told = one.delivered ? `Đã báo${one.deliveries > 1 ? ` ${one.deliveries} lần` : ""}` : one.status ? `Bot từ chối (${one.status})` : "Bot chưa nhận";
  return el(
    "li",
    { className: "card" },
    el(
      "div",
      { className: "card-top" },
      el("b", { className: one.outgoing ? "bad" : "good", textContent: `${one.outgoing ? "−" : "+"}${vnd(one.amount)}` }),
      el("span", { className: `state ${one.delivered ? "good" : "bad"}`, textContent: told }),
      el("time", { textContent: moment(one.date) }),
    ),
    el("p", { className: "soft", textContent: one.content }),
    el("div", { className: "card-end" }, el("span", { className: "soft", textContent: `${PROVIDERS[one.provider]} · ${one.id}` }), again),
  );
}

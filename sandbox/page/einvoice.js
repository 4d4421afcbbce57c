// Tax invoices that SePay has issued, and troubles to order for the next ones.

import { get, post, remove } from "./api.js";
import { $, attempt, el, field, vnd } from "./ui.js";

const SHOWN = 100;
const TROUBLES = {
  lost: "Lập xong nhưng mất câu trả lời",
  failed: "Nhận rồi báo hỏng, không lập",
  failed_issued: "Đã lập nhưng báo hỏng",
  failed_later: "Báo hỏng, lát sau mới lập xong",
  code_refused: "Cơ quan thuế không cấp mã",
  no_number: "Chưa có số ngay",
  no_code: "Chưa có mã cơ quan thuế ngay",
  no_files: "Chưa có tệp PDF, XML ngay",
  unseen: "Đang lập thì chưa tra cứu được",
  two: "Gửi lại thì lập hai hóa đơn",
  refused: "Mã số thuế người mua sai",
  quota: "Hết lượt lập hóa đơn",
  series: "Không có ký hiệu này",
  inactive: "Tài khoản bị khóa",
  unauthorized: "Phiên đăng nhập hết hạn (401)",
  general: "Phiên đăng nhập hết hạn (500)",
  too_many: "Quá nhiều yêu cầu (429)",
  500: "Lỗi máy chủ (500)",
  html: "Trang lỗi thay cho câu trả lời",
  hang: "Lập xong nhưng không trả lời",
  existed: "Báo đã có hóa đơn này (409)",
};
const STATES = { working: "Đang lập", failed: "Không lập được" };

const form = el(
  "form",
  { className: "card form", autocomplete: "off" },
  field(
    "Lần lập hóa đơn tới",
    el("select", { name: "error" }, ...Object.entries(TROUBLES).map(([value, textContent]) => el("option", { value, textContent }))),
  ),
  el("button", { className: "act", type: "submit", textContent: "Đặt lỗi hóa đơn" }),
);
form.querySelector("[name=error]").value = "lost";
form.onsubmit = (event) => {
  event.preventDefault();
  attempt(() => post("einvoice/faults", { error: new FormData(form).get("error") }));
};
const ordered = el("ul", { className: "cards" });
const list = el("ul", { className: "cards" });
$("panel-vendor").prepend(el("details", {}, el("summary", { textContent: "Hóa đơn điện tử" }), form, ordered, list));

export async function reload() {
  const [rows, faults] = await Promise.all([get("einvoice/invoices"), get("einvoice/faults")]);
  ordered.replaceChildren(
    ...faults.map(({ error, times }) =>
      el("li", { className: "card waiting" }, el("span", { textContent: `⚡ Hóa đơn: ${TROUBLES[error]}` }), el("b", { textContent: `còn ${times} lần` })),
    ),
  );
  if (faults.length) {
    const clear = el("button", { type: "button", className: "again", textContent: "Xóa lỗi hóa đơn" });
    clear.onclick = () => attempt(() => remove("einvoice/faults"));
    ordered.append(el("li", { className: "card-end" }, clear));
  }
  list.replaceChildren(...rows.toReversed().slice(0, SHOWN).map(invoice));
  if (!rows.length) list.append(none("Chưa có hóa đơn nào."));
  if (rows.length > SHOWN) list.append(none(`Còn ${rows.length - SHOWN} hóa đơn cũ hơn.`));
}

const none = (textContent) => el("li", { className: "none", textContent });

function invoice(one) {
  const issued = one.state === "issued";
  return el(
    "li",
    { className: "card" },
    el(
      "div",
      { className: "card-top" },
      el("b", { className: "name", textContent: issued ? `${one.series} số ${one.number}` : one.series }),
      issued
        ? el("a", { className: "state", href: one.pdf, target: "_blank", textContent: "PDF" })
        : el("span", { className: `state ${one.state === "failed" ? "bad" : ""}`, textContent: STATES[one.state] }),
    ),
    el("p", { textContent: one.buyer }),
    el("p", { className: "soft", textContent: [one.tax_id, one.date.split("-").reverse().join("/"), vnd(one.total)].filter(Boolean).join(" · ") }),
    one.replaced && el("p", { className: "soft", textContent: "Đã bị thay thế" }),
  );
}

// The vendor: its licences, and troubles to order for the next activations.

import { get, post, remove } from "./api.js";
import { $, attempt, el, field, toast } from "./ui.js";

const SHOWN = 100;
const TROUBLES = {
  "invalid email": "Email không hợp lệ",
  "invalid phone": "Số điện thoại không hợp lệ",
  "invalid tax_code": "Mã số thuế không hợp lệ",
  login_taken: "Tài khoản đã thuộc người khác",
  tax_code_refused: "Mã số thuế không được mua",
  already_licensed: "Đã có giấy phép của năm này",
  package_unknown: "Không có gói này",
  key_reused: "Khóa đã dùng cho yêu cầu khác",
  unauthorized: "Từ chối truy cập (401)",
  too_many: "Quá nhiều yêu cầu (429)",
  unavailable: "Tạm ngừng phục vụ (503)",
  500: "Lỗi máy chủ (500)",
  lost: "Làm xong nhưng mất câu trả lời",
  hang: "Làm xong nhưng không trả lời",
};
const FIELDS = {
  name: "Tên không hợp lệ",
  address: "Địa chỉ không hợp lệ",
  representative: "Người đại diện không hợp lệ",
  accounting: "Dữ liệu kế toán không hợp lệ",
};
let licences = [];

const form = el(
  "form",
  { className: "card form", autocomplete: "off" },
  field("Làm hỏng lần kích hoạt tới của", el("input", { name: "tax_code", inputMode: "numeric", placeholder: "Mã số thuế (để trống: bất kỳ ai)" })),
  field(
    "Hỏng thế nào",
    el("select", { name: "error" }, ...Object.entries(TROUBLES).map(([value, textContent]) => el("option", { value, textContent }))),
  ),
  field("Mấy lần", el("input", { name: "times", type: "number", min: 1, max: 1000, value: 1, required: true })),
  el("button", { className: "act", type: "submit", textContent: "Làm hỏng" }),
);
form.querySelector("[name=error]").value = "login_taken";
form.onsubmit = async (event) => {
  event.preventDefault();
  const { tax_code, error: chosen, times } = Object.fromEntries(new FormData(form));
  const [error, wrong] = chosen.split(" ");
  const body = { tax_code: tax_code.trim() || null, error, times: Number(times), operation: "create", field: wrong ?? null };
  if (await attempt(() => post("vendor/faults", body))) toast("Đã đặt. Lần kích hoạt tới sẽ hỏng.");
};

const ordered = el("ul", { className: "cards" });
const filter = el("input", { type: "search", placeholder: "Lọc theo tên, mã số thuế…", "aria-label": "Lọc giấy phép" });
filter.oninput = show;
const sum = el("h2", {});
const list = el("ul", { className: "cards" });
$("panel-vendor").append(form, ordered, sum, el("div", { className: "filter" }, filter), list);

export async function reload() {
  const [rows, faults] = await Promise.all([get("vendor/licences"), get("vendor/faults")]);
  licences = rows;
  ordered.replaceChildren(...faults.map(trouble));
  if (faults.length) {
    const clear = el("button", { type: "button", className: "again", textContent: "Bỏ hết" });
    clear.onclick = () => attempt(() => remove("vendor/faults"));
    ordered.append(el("li", { className: "card-end" }, clear));
  }
  show();
}

function trouble({ error, field: wrong, tax_code, times }) {
  const what = TROUBLES[wrong ? `${error} ${wrong}` : error] ?? FIELDS[wrong] ?? error;
  return el("li", { className: "card waiting" }, el("span", { textContent: `⚡ ${tax_code ?? "Bất kỳ ai"}: ${what}` }), el("b", { textContent: `còn ${times} lần` }));
}

function show() {
  const stopped = licences.filter(({ state }) => state === "suspended").length;
  sum.textContent = licences.length ? `${licences.length} giấy phép, ${stopped} tạm ngừng` : "Giấy phép";
  const wanted = filter.value.trim().toLowerCase();
  const found = licences.toReversed().filter((one) => `${one.name} ${one.tax_code} ${one.login}`.toLowerCase().includes(wanted));
  list.replaceChildren(...found.slice(0, SHOWN).map(licence));
  if (!found.length) list.append(none(licences.length ? "Không có giấy phép nào khớp." : "Chưa có giấy phép nào. Kích hoạt trong chat là có."));
  if (found.length > SHOWN) list.append(none(`Còn ${found.length - SHOWN} giấy phép nữa. Gõ vào ô lọc để tìm.`));
}

const none = (textContent) => el("li", { className: "none", textContent });

function licence(one) {
  const active = one.state === "active";
  return el(
    "li",
    { className: "card" },
    el(
      "div",
      { className: "card-top" },
      el("b", { className: "name", textContent: one.name }),
      el("span", { className: `state ${active ? "good" : "bad"}`, textContent: active ? "Đang dùng" : "Tạm ngừng" }),
    ),
    el("p", { className: "soft", textContent: `${one.tax_code} · ${one.package} · năm ${one.fiscal_year}` }),
    el("p", { className: "soft", textContent: `Đăng nhập: ${one.login}` }),
    one.creations > 1 && el("p", { className: "bad", textContent: `Được yêu cầu tạo dưới ${one.creations} khóa khác nhau` }),
  );
}

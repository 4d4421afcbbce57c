// The registry of taxpayers: its switch, and troubles to order for the next questions.

import { get, post, remove } from "./api.js";
import { $, attempt, el, field } from "./ui.js";

const TROUBLES = {
  hang: "Không trả lời",
  unavailable: "Tạm ngừng phục vụ (503)",
  too_many: "Quá nhiều yêu cầu (429)",
  unknown: "Không có mã này (404)",
  unauthorized: "Từ chối truy cập (401)",
  500: "Lỗi máy chủ (500)",
  garbage: "Trả lời vô nghĩa",
  huge: "Trả lời quá dài",
};

const on = el("input", { type: "checkbox", name: "registry-on" });
on.onchange = () => attempt(() => post("registry", { on: on.checked }));
const form = el(
  "form",
  { className: "card form", autocomplete: "off" },
  el("label", { className: "check" }, on, "Dịch vụ tra cứu mã số thuế đang chạy"),
  field(
    "Lần tra cứu tới",
    el("select", { name: "error" }, ...Object.entries(TROUBLES).map(([value, textContent]) => el("option", { value, textContent }))),
  ),
  el("button", { className: "act", type: "submit", textContent: "Đặt lỗi tra cứu" }),
);
form.querySelector("[name=error]").value = "hang";
form.onsubmit = (event) => {
  event.preventDefault();
  attempt(() => post("registry/faults", { error: new FormData(form).get("error") }));
};
const ordered = el("ul", { className: "cards" });
$("panel-vendor").prepend(el("details", {}, el("summary", { textContent: "Tra cứu mã số thuế" }), form, ordered));

export async function reload() {
  const [state, faults] = await Promise.all([get("registry"), get("registry/faults")]);
  on.checked = state.on;
  ordered.replaceChildren(
    ...faults.map(({ error, times }) =>
      el("li", { className: "card waiting" }, el("span", { textContent: `⚡ Tra cứu: ${TROUBLES[error]}` }), el("b", { textContent: `còn ${times} lần` })),
    ),
  );
  if (!faults.length) return;
  const clear = el("button", { type: "button", className: "again", textContent: "Xóa lỗi tra cứu" });
  clear.onclick = () => attempt(() => remove("registry/faults"));
  ordered.append(el("li", { className: "card-end" }, clear));
}

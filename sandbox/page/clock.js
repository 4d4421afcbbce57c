// The world's clock: its time, and ways to move it forward.

import { get, post } from "./api.js";
import { $, attempt, el, setWorldTime, worldTime, zone } from "./ui.js";

const STEPS = { "+1 giờ": "1h", "+1 ngày": "1d", "+3 ngày": "3d" };
const panel = $("panel-clock");
const time = el("strong", { className: "clock-time" });
const date = el("p", { className: "clock-date" });
const ahead = el("p", { className: "soft", role: "status" });
const buttons = Object.entries(STEPS).map(([textContent, step]) => {
  const button = el("button", { type: "button", className: "act", textContent });
  button.onclick = () => advance(step);
  return button;
});
panel.append(
  el(
    "div",
    { className: "clock" },
    time,
    date,
    ahead,
    el("div", { className: "steps" }, ...buttons),
    el("p", { className: "soft", textContent: "Đồng hồ chỉ đi tới. Bot làm xong việc đang dở rồi đồng hồ mới nhảy." }),
  ),
);

const hours = new Intl.DateTimeFormat("vi", { ...zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("vi", { ...zone, weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });

export async function reload() {
  set((await get("clock")).now);
}

/** Take `now` as the world's time. */
export function set(now) {
  setWorldTime(now);
  show();
}

async function advance(step) {
  for (const button of buttons) button.disabled = true;
  ahead.textContent = "Đang chờ bot làm xong việc…";
  await attempt(() => post("clock", { advance: step }));
  for (const button of buttons) button.disabled = false;
  show();
}

function show() {
  const now = worldTime();
  time.textContent = hours.format(now);
  date.textContent = day.format(now);
  if (!buttons[0].disabled) ahead.textContent = difference(now - Date.now());
}

function difference(milliseconds) {
  const minutes = Math.round(milliseconds / 6e4);
  const parts = [
    [Math.floor(minutes / 1440), "ngày"],
    [Math.floor((minutes % 1440) / 60), "giờ"],
    [minutes % 60, "phút"],
  ].filter(([count]) => count > 0);
  return parts.length ? `Nhanh hơn giờ thật ${parts.map((part) => part.join(" ")).join(" ")}` : "Bằng giờ thật";
}

setInterval(show, 1000);

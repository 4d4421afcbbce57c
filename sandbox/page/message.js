// One message as a bubble. Text arrives as HTML in Telegram's style and is rebuilt tag by tag: nothing else gets in.

import { clock, copy, el, enlarge, size, worldTime } from "./ui.js";

const PLAIN = { B: "b", I: "i", U: "u", S: "s", BLOCKQUOTE: "blockquote", PRE: "pre" };
const FOUND = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])|(?<![\w/])(\/[a-zA-Z0-9_]{1,32})(?![\w/])/gu;
const SAFE = /^(https?|mailto|tel|tg):/i;

/** `run` holds the acts of taps: open(url), button(message, button, node), and if the app has them
    command(text), reply(message) and copy(message). `answered` is the message that this one answers, if it is still there. */
export function bubble(message, run, answered) {
  const mine = message.from === "person";
  const body = el("div", { className: "bubble" });
  if (message.forwarded_from) body.append(el("div", { className: "forwarded", textContent: `Chuyển tiếp từ ${message.forwarded_from}` }));
  if (answered) body.append(el("div", { className: "quote", textContent: summary(answered) }));
  const media = mediaOf(message);
  if (media) body.append(media);
  if (message.unsupported) body.append(el("small", { className: "note", textContent: "Zalo không chuyển nội dung này cho bot" }));
  if (message.text) body.append(el("div", { className: "text" }, rebuild(message.html, run)));
  const marks = [];
  if (message.edited && !message.buttons.length) marks.push("đã sửa");
  marks.push(clock(message.date));
  if (message.cost !== undefined) marks.push(message.cost ? `${message.cost} ₫` : "miễn phí");
  body.append(el("span", { className: "time", textContent: marks.join(" ") }));
  if (run.reply && !mine) body.append(act("↩", "Trả lời tin này", "Trả lời", () => run.reply(message)));
  if (run.copy && message.text) body.append(act("⧉", "Sao chép cả tin", "Sao chép", () => run.copy(message)));
  body.oncontextmenu = (event) => {
    if (matchMedia("(hover: none)").matches) event.preventDefault(); // A long press, elsewhere the browser's menu.
    for (const other of document.querySelectorAll(".bubble.pressed")) other.classList.remove("pressed");
    body.classList.add("pressed");
  };
  if (message.reaction) body.append(el("span", { className: "reaction", textContent: message.reaction }));
  const only = message.photo && !message.text ? " only-photo" : "";
  return el(
    "article",
    {
      className: `message ${mine ? "mine" : "theirs"}${only}${message.photo ? " has-photo" : ""}`,
      id: `message-${message.id}`,
      "aria-label": mine ? "Tin đã gửi" : "Tin của bot",
    },
    body,
    message.buttons.length ? keyboard(message, run) : null,
  );
}

/** A small button beside the bubble. */
function act(sign, name, title, tap) {
  const button = el("button", { type: "button", className: "reply", "aria-label": name, title, textContent: sign });
  button.onclick = tap;
  return button;
}

/** The first words of a message, in one line. */
export function summary(message) {
  return message.text.split("\n").find((line) => line.trim()) ?? message.document?.name ?? "Ảnh";
}

function keyboard(message, run) {
  const rows = message.buttons.map((row) =>
    el(
      "div",
      { className: "row" },
      ...row.map((button) => {
        const kind = `${button.url ? "url" : button.copy ? "copy" : ""} ${button.style ?? ""}`;
        const node = el("button", { type: "button", className: `inline ${kind}` }, el("span", { textContent: button.text }));
        node.onclick = () => run.button(message, button, node);
        return node;
      }),
    ),
  );
  return el("div", { className: "buttons", role: "group", "aria-label": "Nút của tin nhắn" }, ...rows);
}

function mediaOf(message) {
  if (message.photo) {
    const img = el("img", { src: message.photo, alt: message.text ? "Ảnh kèm theo" : "Ảnh", loading: "lazy" });
    const open = el("button", { type: "button", className: "photo", "aria-label": "Phóng to ảnh" }, img);
    open.onclick = () => enlarge(message.photo, img.alt);
    return open;
  }
  if (message.document) {
    const { name, url } = message.document;
    const kind = name.includes(".") ? name.split(".").at(-1).slice(0, 4) : "tệp";
    return el(
      "a",
      { className: "document", href: url, download: name, "aria-label": `Tải xuống ${name}` },
      el("span", { className: "file-kind", textContent: kind }),
      el(
        "span",
        { className: "file-text" },
        el("b", { textContent: name }),
        el("small", { textContent: `${size(message.document.size)} · Tải xuống` }),
      ),
    );
  }
  if (message.contact) {
    const { first_name: name, phone_number: phone } = message.contact;
    return el(
      "div",
      { className: "document" },
      el("span", { className: "file-kind round", textContent: "☎" }),
      el("span", { className: "file-text" }, el("b", { textContent: name }), el("small", { textContent: phone })),
    );
  }
  if (message.sticker) return el("div", { className: "sticker", textContent: message.sticker.emoji });
  if (message.voice) return el("div", { className: "plain-media", textContent: `🎤 Tin thoại, ${message.voice.duration} giây` });
  if (message.unsupported) return el("div", { className: "plain-media", textContent: "📎 Nội dung khác" });
  if (message.location) {
    const { latitude, longitude } = message.location;
    return el("div", { className: "plain-media", textContent: `📍 Vị trí ${latitude.toFixed(4)}, ${longitude.toFixed(4)}` });
  }
  return null;
}

/** The same text with only known tags, its links and commands made tappable. */
export function rebuild(html, run) {
  const out = document.createDocumentFragment();
  for (const node of new DOMParser().parseFromString(html, "text/html").body.childNodes) out.append(clean(node, run, false));
  return out;
}

function clean(node, run, literal) {
  if (node.nodeType === Node.TEXT_NODE) return literal ? node.data : linked(node.data, run, node.previousSibling?.textContent ?? "");
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  const tag = node.tagName;
  const children = () => [...node.childNodes].map((child) => clean(child, run, literal || tag === "CODE" || tag === "PRE" || tag === "A"));
  if (tag === "CODE") {
    const code = el("code", { tabIndex: 0, role: "button", title: "Chạm để sao chép" }, ...children());
    code.onclick = () => copy(code.textContent);
    code.onkeydown = (event) => event.key === "Enter" && code.onclick();
    return code;
  }
  if (tag === "TG-SPOILER") {
    const spoiler = el("span", { className: "spoiler", tabIndex: 0, role: "button", title: "Chạm để xem" }, ...children());
    spoiler.onclick = () => spoiler.classList.add("seen");
    spoiler.onkeydown = (event) => event.key === "Enter" && spoiler.onclick();
    return spoiler;
  }
  if (tag === "TG-TIME") return moment(node);
  if (tag === "A") return link(node.getAttribute("href") ?? "", children(), run);
  return PLAIN[tag] ? el(PLAIN[tag], {}, ...children()) : el("span", {}, ...children());
}

/** A moment in the reader's form: by its format how long from now in the world, else as it is worded; both on a hover. */
function moment(node) {
  const at = Number(node.getAttribute("unix")) * 1000;
  const minutes = Math.round((at - worldTime()) / 60000);
  const [count, unit] = Math.abs(minutes) >= 1440 ? [minutes / 1440, "day"] : Math.abs(minutes) >= 60 ? [minutes / 60, "hour"] : [minutes, "minute"];
  const away = new Intl.RelativeTimeFormat("vi").format(Math.trunc(count), unit);
  const title = new Intl.DateTimeFormat("vi", { dateStyle: "full", timeStyle: "short", timeZone: "Asia/Ho_Chi_Minh" }).format(at);
  const textContent = node.getAttribute("format") === "r" ? away : node.textContent;
  const shown = el("time", { title: `${title} (${away})`, textContent });
  shown.dataset.said = node.textContent;
  return shown;
}

function link(href, children, run) {
  const url = SAFE.test(href) ? href : `http://${href}`;
  const a = el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
  a.onclick = (event) => run.open(url) && event.preventDefault();
  return a;
}

/** `before` is the text in front in other formatting: <b>30</b>/30 holds no command. */
function linked(text, run, before) {
  const out = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(FOUND)) {
    out.append(text.slice(at, match.index));
    if (match[1]) out.append(link(match[1], [match[1]], run));
    else if (!run.command || (match.index === 0 && /[\p{L}\p{N}_/]$/u.test(before))) out.append(match[2]);
    else {
      const command = el("button", { type: "button", className: "command", textContent: match[2] });
      command.onclick = () => run.command(match[2]);
      out.append(command);
    }
    at = match.index + match[0].length;
  }
  out.append(text.slice(at));
  return out;
}

// The chat apps: what each is called, and how its chats differ on the page.

/** `mark` stands for the app where space is short. `starts`: a chat begins by a button, not simply by writing. */
export const CHANNELS = {
  telegram: {
    name: "Telegram",
    mark: "T",
    starts: true,
    title: "Bot này làm được gì?",
    empty: "Chưa có tin nhắn nào. Bấm Bắt đầu để trò chuyện với bot.",
  },
  zalo: {
    name: "Zalo",
    mark: "Z",
    starts: false,
    title: "Trò chuyện với bot trên Zalo",
    empty: "Chưa có tin nhắn nào. Bạn nhắn một tin bất kỳ để bắt đầu: trên Zalo, bot không được nhắn trước.",
  },
};

export const NAMES = Object.keys(CHANNELS);

const kept = localStorage.getItem("channel");

/** The app to show first, which is the one shown last time. */
export const first = kept in CHANNELS ? kept : "telegram";

export const remember = (channel) => localStorage.setItem("channel", channel);

/** Show the chosen app, also by its colours; `unread` counts the news of each. */
export function showSwitch(chosen, unread) {
  document.getElementById("app").dataset.channel = chosen;
  for (const button of document.querySelectorAll("#switch button")) {
    const count = unread[button.dataset.channel];
    button.setAttribute("aria-pressed", button.dataset.channel === chosen);
    const badge = button.querySelector(".badge");
    badge.hidden = count === 0;
    badge.textContent = count > 99 ? "99+" : count;
    badge.setAttribute("aria-label", `${count} tin chưa đọc`);
  }
}
